// Seeded random streams: one stream per purpose, keyed by strings, so that a change in one place shifts no other.
// Generator: sfc32 (Chris Doty-Humphrey, PractRand), state taken from SHA-256 of the key.

import { hash } from "node:crypto";

/** A deterministic stream of random numbers. */
export type Rng = {
  /** A float in [0, 1) with 32 random bits. */
  next(): number;
  /** An integer in [0, n). */
  int(n: number): number;
  /** Fills the array with what as many calls of `int(n)` would give, faster. */
  fillInts(array: Int32Array, n: number): void;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** Shuffles the array in place (Fisher–Yates) and returns it. */
  shuffle<T extends { [i: number]: unknown; length: number }>(array: T): T;
};

/** The stream of a key: same parts, same numbers, on every machine and Node version. */
export function rngFor(...parts: (string | number)[]): Rng {
  const key = parts.map((p) => String(p).replace(/[/%]/g, encodeURIComponent)).join("/");
  const digest = hash("sha256", key, "buffer");
  return sfc32(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), 1);
}

function sfc32(a: number, b: number, c: number, counter: number): Rng {
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  const next = (): number => bits() / 4294967296;
  const int = (n: number): number => Math.floor(next() * n);
  return {
    next,
    int,
    fillInts(array, n) {
      // On local copies of the state, which stay in registers.
      let [x, y, z, w] = [a, b, c, counter];
      for (let i = 0; i < array.length; i++) {
        const t = (((x + y) | 0) + w) | 0;
        w = (w + 1) | 0;
        x = y ^ (y >>> 9);
        y = (z + (z << 3)) | 0;
        z = (((z << 21) | (z >>> 11)) + t) | 0;
        array[i] = Math.floor(((t >>> 0) / 4294967296) * n);
      }
      [a, b, c, counter] = [x, y, z, w];
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    shuffle(array) {
      for (let i = array.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const held = array[i];
        array[i] = array[j];
        array[j] = held;
      }
      return array;
    },
  };
}
