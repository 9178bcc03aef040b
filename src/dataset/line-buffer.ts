// Lines of text gathered as UTF-8 bytes: each is encoded at once, so that no string outlives its line.

export type LineBuffer = {
  add(line: string): void;
  /** The bytes so far, each line with its line end, in a buffer of their own. */
  bytes(): Uint8Array;
};

export function makeLineBuffer(): LineBuffer {
  let held = Buffer.allocUnsafeSlow(1 << 16);
  let size = 0;
  return {
    add(line) {
      // A UTF-16 unit takes three bytes at most.
      const most = size + line.length * 3 + 1;
      if (most > held.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(most, held.length * 2));
        held.copy(grown, 0, 0, size);
        held = grown;
      }
      size += held.write(line, size, "utf8");
      held[size++] = 10;
    },
    bytes: () => new Uint8Array(held.subarray(0, size)),
  };
}
