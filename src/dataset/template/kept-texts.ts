// Texts kept as UTF-8 bytes in one arena: what many lines share is encoded once, and each line copies it. A kept text is
// named by a number. The arena is the thread's own and lives as long; what no longer fits is simply not kept.

const mostBytes = 1 << 26;
/** Readers may look this far past a text. */
const slack = 8;

let held = Buffer.alloc(1 << 16);
/** The arena, for those who copy from it: text `id` is `places[2 * id + 1]` bytes from `places[2 * id]`. */
export let arena = new DataView(held.buffer, held.byteOffset, held.byteLength);
export let places = new Int32Array(1 << 11);
let filled = 0;
let count = 0;

/** What stands for a text that is not kept. */
export const notKept = -1;

/** Keeps a text; its number, or `notKept` where the arena is full. */
export function keepText(text: string): number {
  if (!makeRoom(text.length * 3)) return notKept;
  const id = nextId();
  const length = held.write(text, filled);
  places[2 * id] = filled;
  places[2 * id + 1] = length;
  filled += length;
  return id;
}

/** A number whose text changes: the name of the user whose lines are being written. */
export type Slot = {
  /** Keeps this text instead; `notKept` where it does not fit. */
  set(text: string): number;
};

export function makeSlot(): Slot {
  let id = notKept;
  let room = 0;
  return {
    set(text) {
      const most = text.length * 3;
      if (most > room) {
        if (!makeRoom(2 * most)) return notKept;
        if (id === notKept) id = nextId();
        places[2 * id] = filled;
        room = 2 * most;
        filled += room;
      }
      if (id !== notKept) places[2 * id + 1] = held.write(text, places[2 * id]!);
      return id;
    },
  };
}

function nextId(): number {
  if (2 * count === places.length) {
    const grown = new Int32Array(2 * places.length);
    grown.set(places);
    places = grown;
  }
  return count++;
}

function makeRoom(bytes: number): boolean {
  const most = filled + bytes + slack;
  if (most > mostBytes) return false;
  if (most > held.length) {
    const grown = Buffer.alloc(Math.min(mostBytes, Math.max(most, held.length * 2)));
    held.copy(grown, 0, 0, filled);
    held = grown;
    arena = new DataView(held.buffer, held.byteOffset, held.byteLength);
  }
  return true;
}
