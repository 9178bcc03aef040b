import fc from "fast-check";
import { expect, it } from "vitest";
import { startTextBlocks } from "../../../../src/dataset/format/text-blocks.ts";

it("gives the bytes of the texts, whatever their sizes, each block whole until the next but one", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 40 })), (texts) => {
      const blocks = startTextBlocks(32);
      const given: Buffer[] = [];
      let late: Uint8Array | null = null;
      const take = (block: Uint8Array): void => {
        if (late !== null) given.push(Buffer.from(late));
        late = block;
      };
      for (const text of texts) {
        const full = blocks.add(text);
        if (full !== null) take(full);
      }
      take(blocks.end());
      given.push(Buffer.from(late!));
      expect(Buffer.concat(given).toString("utf8")).toBe(Buffer.from(texts.join("")).toString());
    }),
  );
});
