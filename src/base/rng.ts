// Seeded random streams: one stream per purpose, keyed by strings, so that a change in one place shifts no other.
// Generator: sfc32 (Chris Doty-Humphrey, PractRand), state taken from SHA-256 of the key.

import { hash } from "node:crypto";

/** A deterministic stream of random numbers. */
export type Rng = {
  /** A float in [0, 1) with 32 random bits. */
  next(): number;
  /** An integer in [0, n). */
  int(n: number): number;
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
