// Texts inside a line's bytes, as audits look for them: whether an answer stands in its prompt, judged on the JSON that
// both are written in. What stands in a text stands in its JSON too.

/** from <= at < to. */
export type Span = { from: number; to: number };

// Bytes from the most common in titles to the least; what is not listed is rarer still.
const common = ` eaotinsrhl(1920)8dcumgpfywbv'T.,:7653SCMBAPLDHFGRWNEKOkIJ-UVYZxjqzXQ&!?"\\`;
const rarity = new Uint8Array(256);
for (let i = 0; i < common.length; i++) rarity[common.charCodeAt(i)] = 255 - i;
// Bytes of letters outside ASCII come in runs of their own kind.
for (let byte = 0x80; byte < 0x100; byte++) rarity[byte] = 150;

/** Whether the bytes of `part`, which stands in the same line, stand in `whole`; an empty part does. */
export function holdsText(bytes: DataView, whole: Span, part: Span): boolean {
  const length = part.to - part.from;
  if (length === 0) return true;
  if (length > whole.to - whole.from) return false;
  let probe = 0;
  let best = 256;
  for (let i = 0; i < length; i++) {
    const common = rarity[bytes.getUint8(part.from + i)]!;
    if (common < best) [best, probe] = [common, i];
  }
  const wanted = bytes.getUint8(part.from + probe);
  const pattern = Math.imul(wanted, 0x01010101);
  const last = whole.to - length + probe;
  let at = whole.from + probe;
  // Four bytes at a time: one of them is the wanted one where the difference has a zero byte.
  for (; at + 4 <= last + 1; at += 4) {
    const x = bytes.getInt32(at, true) ^ pattern;
    if (((x - 0x01010101) & ~x & 0x80808080) === 0) continue;
    for (let i = at; i < at + 4; i++)
      if (bytes.getUint8(i) === wanted && isAt(bytes, i - probe, part)) return true;
  }
  for (; at <= last; at++)
    if (bytes.getUint8(at) === wanted && isAt(bytes, at - probe, part)) return true;
  return false;
}

function isAt(bytes: DataView, at: number, { from, to }: Span): boolean {
  for (let i = from; i < to; i++)
    if (bytes.getUint8(at + i - from) !== bytes.getUint8(i)) return false;
  return true;
}

const [space, quote, backslash] = [0x20, 0x22, 0x5c];

/** Whether a JSON text is empty or may begin or end with white space, raw or as an escape. No false "no". */
export function mayBeTrimmed(bytes: DataView, { from, to }: Span): boolean {
  if (from === to) return true;
  const first = bytes.getUint8(from);
  if (first === backslash) {
    const second = bytes.getUint8(from + 1);
    if (second !== quote && second !== backslash) return true;
  } else if (first === space || isWideSpace(bytes, from, to)) return true;
  let at = to - 1;
  const end = bytes.getUint8(at);
  if (end === space) return true;
  if (end >= 0x80) {
    while (at > from && (bytes.getUint8(at) & 0xc0) === 0x80) at--;
    return isWideSpace(bytes, at, to);
  }
  // An escape ends in small letters and digits: \n, \u0000.
  while (at > from && isLetterOrDigit(bytes.getUint8(at))) at--;
  return at < to - 1 && bytes.getUint8(at) === backslash;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

/** White space outside ASCII, as \s has it: U+00A0, 1680, 2000 to 200A, 2028, 2029, 202F, 205F, 3000, FEFF. */
function isWideSpace(bytes: DataView, at: number, to: number): boolean {
  const lead = bytes.getUint8(at);
  if (lead < 0xc2 || at + 2 > to) return false;
  const second = bytes.getUint8(at + 1);
  if (lead === 0xc2) return second === 0xa0;
  // Others of these blocks are called so as well: no harm, a closer look follows.
  if (lead === 0xe1) return second === 0x9a;
  if (lead === 0xe2) return second === 0x80 || second === 0x81;
  if (lead === 0xe3) return second === 0x80;
  return lead === 0xef && second === 0xbb;
}
