// Texts as blocks of bytes, in memory that is used again: one block is written while the next one fills.

export type TextBlocks = {
  /** Adds a text; gives a block where one is full. It is valid until the next but one is given. */
  add(text: string): Uint8Array | null;
  /** What is left. */
  end(): Uint8Array;
};

/** Starts blocks of about so many bytes; a longer text makes a longer one. */
export function startTextBlocks(bytes = 1 << 18): TextBlocks {
  // The one that is given, the one before, and the one that already takes the text for which there was no room.
  const buffers = [0, 1, 2].map(() => Buffer.allocUnsafeSlow(bytes));
  let turn = 0;
  let at = 0;
  const end = (): Uint8Array => {
    const block = buffers[turn]!.subarray(0, at);
    turn = (turn + 1) % buffers.length;
    at = 0;
    return block;
  };
  return {
    add(text) {
      // A unit of UTF-16 takes three bytes at most.
      const most = 3 * text.length;
      const full = at > 0 && at + most > buffers[turn]!.length ? end() : null;
      if (most > buffers[turn]!.length) buffers[turn] = Buffer.allocUnsafeSlow(most);
      at += buffers[turn]!.write(text, at);
      return full;
    },
    end,
  };
}
