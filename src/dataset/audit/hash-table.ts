// A set of 64-bit hashes with a small bit mask each: open addressing in typed arrays, about 18 bytes an entry at most
// times, so that ten million examples can be checked for twins in memory.

import { hash } from "node:crypto";

export type HashTableState = { keys: BigUint64Array; masks: Uint8Array; size: number };

export type HashTable = {
  readonly size: number;
  /** Sets bits of a key's mask; returns the mask before, 0 when the key is new. `bits` must not be 0. */
  add(key: bigint, bits: number): number;
  entries(): Iterable<[bigint, number]>;
  state(): HashTableState;
};

/** The first 64 bits of SHA-256 of a text. */
export function hash64(text: string): bigint {
  return hash("sha256", text, "buffer").readBigUInt64LE(0);
}

export function makeHashTable(): HashTable {
  let capacity = 1024;
  let keys = new BigUint64Array(capacity);
  let masks = new Uint8Array(capacity);
  let size = 0;

  // An empty slot has mask 0; the key itself is already uniform, its low bits are the place.
  const slotOf = (key: bigint): number => {
    let slot = Number(key & BigInt(capacity - 1));
    while (masks[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
    return slot;
  };
  const grow = (): void => {
    const [oldKeys, oldMasks] = [keys, masks];
    capacity *= 2;
    keys = new BigUint64Array(capacity);
    masks = new Uint8Array(capacity);
    for (let i = 0; i < oldKeys.length; i++) {
      if (oldMasks[i] === 0) continue;
      const slot = slotOf(oldKeys[i]!);
      keys[slot] = oldKeys[i]!;
      masks[slot] = oldMasks[i]!;
    }
  };
  return {
    get size() {
      return size;
    },
    add(key, bits) {
      if (size * 2 >= capacity) grow();
      const slot = slotOf(key);
      const before = masks[slot]!;
      if (before === 0) {
        keys[slot] = key;
        size++;
      }
      masks[slot] = before | bits;
      return before;
    },
    *entries() {
      for (let i = 0; i < capacity; i++) if (masks[i] !== 0) yield [keys[i]!, masks[i]!];
    },
    state: () => ({ keys, masks, size }),
  };
}
