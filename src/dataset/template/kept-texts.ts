// What a loop body makes of each record, kept by the record: records are few and stand in many prompts. A record is
// given a number when it is first seen, under a symbol; looking a number up is several times as fast as a Map.

const numberKey = Symbol("number");
type Numbered = { [numberKey]?: number };

/** Records whose texts are kept at most, by number and apart. */
const mostKept = 1 << 16;
let numbered = 0;

export type KeptTexts = {
  get(record: object): readonly string[] | undefined;
  set(record: object, texts: readonly string[]): void;
};

/** Texts by record. Records must not change while they are kept. */
export function makeKeptTexts(): KeptTexts {
  const byNumber: (readonly string[] | undefined)[] = [];
  // For those that came too late for a number, or that take no property.
  const others = new Map<object, readonly string[]>();
  return {
    get(record) {
      const number = (record as Numbered)[numberKey];
      return number === undefined ? others.get(record) : byNumber[number];
    },
    set(record, texts) {
      const number = numberOf(record);
      if (number !== undefined) {
        while (byNumber.length <= number) byNumber.push(undefined);
        byNumber[number] = texts;
        return;
      }
      if (others.size >= mostKept) others.clear();
      others.set(record, texts);
    },
  };
}

function numberOf(record: object): number | undefined {
  const held = (record as Numbered)[numberKey];
  if (held !== undefined || numbered >= mostKept || !Object.isExtensible(record)) return held;
  return ((record as Numbered)[numberKey] = numbered++);
}
