// The bytes of a file in blocks, one read ahead. Two buffers serve for all: memory that is used again costs no page faults.

import { open } from "node:fs/promises";

const blockBytes = 1 << 18;

/** Blocks of a file; each is valid until the next one is asked for. */
export async function* readBlocks(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path, "r");
  try {
    const buffers = [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)];
    let next = handle.read(buffers[0]!, 0, blockBytes);
    for (let i = 0; ; i = 1 - i) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      next = handle.read(buffers[1 - i]!, 0, blockBytes);
      // Told when its turn comes, if it comes.
      next.catch(() => {});
      yield buffers[i]!.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
