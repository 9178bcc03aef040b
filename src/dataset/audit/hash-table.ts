// A set of 64-bit hashes with a small bit mask each: open addressing in typed arrays, about 18 bytes an entry at most
// times, so that ten million examples can be checked for twins in memory.

import { hash } from "node:crypto";

/** Keys are pairs (low, high) of 32 bits. */
export type HashTableState = { keys: Uint32Array; masks: Uint8Array; size: number };

export type HashTable = {
  readonly size: number;
  /** Sets bits of a key's mask; returns the mask before, 0 when the key is new. `bits` must not be 0. */
  add(key: bigint, bits: number): number;
  /** `add` of a key in two halves. */
  addHalves(low: number, high: number, bits: number): number;
  /** The masks of all keys, in no order. */
  masks(): Iterable<number>;
  state(): HashTableState;
  mergeState(state: Pick<HashTableState, "keys" | "masks">): void;
};

/** The first 64 bits of SHA-256 of a text. */
export function hash64(text: string): bigint {
  return hash("sha256", text, "buffer").readBigUInt64LE(0);
}

/** The two halves of a hash of bytes. */
export type Halves = { low: number; high: number };

/**
 * A hash of bytes from <= at < to, into `into`: two lanes of MurmurHash3's 32-bit body (Appleby, public domain) with
 * different constants. Much cheaper than SHA-256 and good against chance, not against an attacker.
 */
export function hashBytes(bytes: DataView, from: number, to: number, into: Halves): void {
  let low = 0x2f0b4c47;
  let high = 0x9e3779b9;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = bytes.getInt32(at, true);
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    low ^= k;
    low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64) | 0;
    k = Math.imul(word, 0x239b961b);
    k = Math.imul((k << 16) | (k >>> 16), 0xab0e9789);
    high ^= k;
    high = (Math.imul((high << 17) | (high >>> 15), 5) + 0x561ccd1b) | 0;
  }
  let rest = to - from;
  for (; at < to; at++) rest = Math.imul(rest, 257) ^ bytes.getUint8(at);
  into.low = mix(low ^ Math.imul(rest, 0xcc9e2d51));
  into.high = mix(high ^ Math.imul(rest, 0x38b34ae5));
}

/** The last step of MurmurHash3: every bit of the hash depends on every bit of `h`. */
export function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function makeHashTable(): HashTable {
  let capacity = 1024;
  let keys = new Uint32Array(2 * capacity);
  let masks = new Uint8Array(capacity);
  let size = 0;

  // An empty slot has mask 0; the key itself is already uniform, its low bits are the place.
  const slotOf = (low: number, high: number): number => {
    let slot = low & (capacity - 1);
    while (masks[slot] !== 0 && (keys[2 * slot] !== low || keys[2 * slot + 1] !== high))
      slot = (slot + 1) & (capacity - 1);
    return slot;
  };
  const grow = (): void => {
    const [oldKeys, oldMasks] = [keys, masks];
    capacity *= 2;
    keys = new Uint32Array(2 * capacity);
    masks = new Uint8Array(capacity);
    for (let i = 0; i < oldMasks.length; i++) {
      if (oldMasks[i] === 0) continue;
      const [low, high] = [oldKeys[2 * i]!, oldKeys[2 * i + 1]!];
      const slot = slotOf(low, high);
      keys[2 * slot] = low;
      keys[2 * slot + 1] = high;
      masks[slot] = oldMasks[i]!;
    }
  };
  const addHalves = (low: number, high: number, bits: number): number => {
    if (size * 2 >= capacity) grow();
    const slot = slotOf(low, high);
    const before = masks[slot]!;
    if (before === 0) {
      keys[2 * slot] = low;
      keys[2 * slot + 1] = high;
      size++;
    }
    masks[slot] = before | bits;
    return before;
  };
  return {
    get size() {
      return size;
    },
    add: (key, bits) => addHalves(Number(key & 0xffffffffn), Number(key >> 32n), bits),
    addHalves,
    *masks() {
      for (const mask of masks) if (mask !== 0) yield mask;
    },
    state() {
      // What is held alone: it crosses threads.
      const held = { keys: new Uint32Array(2 * size), masks: new Uint8Array(size), size };
      for (let i = 0, at = 0; i < masks.length; i++) {
        if (masks[i] === 0) continue;
        held.keys[2 * at] = keys[2 * i]!;
        held.keys[2 * at + 1] = keys[2 * i + 1]!;
        held.masks[at++] = masks[i]!;
      }
      return held;
    },
    mergeState(state) {
      for (let i = 0; i < state.masks.length; i++) {
        const mask = state.masks[i]!;
        if (mask !== 0) addHalves(state.keys[2 * i]!, state.keys[2 * i + 1]!, mask);
      }
    },
  };
}
