// Text gathered as UTF-8 bytes: each piece is encoded at once, so that no string outlives its line.

export type LineBuffer = {
  /** Bytes so far. */
  readonly size: number;
  /** Adds a piece of a line; the caller ends lines. */
  write(text: string): void;
  /** The buffer behind, valid until the next write. */
  view(): DataView;
  /** The bytes so far, to be handed over: nothing may be written after. */
  bytes(): Uint8Array<ArrayBuffer>;
};

/** `expected`: bytes that will probably be written. `spare`: memory to use again, its content given up. */
export function makeLineBuffer(expected = 1 << 16, spare?: ArrayBuffer): LineBuffer {
  let held =
    spare !== undefined && spare.byteLength >= expected
      ? Buffer.from(spare)
      : Buffer.allocUnsafeSlow(Math.max(64, expected));
  let view: DataView | null = null;
  let size = 0;
  const write = (text: string): void => {
    // A UTF-16 unit takes three bytes at most.
    const most = size + text.length * 3;
    if (most > held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(most, held.length * 2));
      held.copy(grown, 0, 0, size);
      held = grown;
      view = null;
    }
    size += held.write(text, size);
  };
  return {
    get size() {
      return size;
    },
    write,
    view: () => (view ??= new DataView(held.buffer)),
    bytes: () => new Uint8Array(held.buffer as ArrayBuffer, 0, size),
  };
}
