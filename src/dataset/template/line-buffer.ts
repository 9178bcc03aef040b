// Lines gathered as UTF-8 bytes: kept texts are copied, others encoded at once, so that no string outlives its line.

import { arena, keepText, notKept, places } from "./kept-texts.ts";

/** A text that is a number once it is kept: written by copying where it is, by encoding where it is not. */
export type Text = { readonly id: number; readonly text: string };

/** A text that many lines share. */
export function shareText(text: string): Text {
  return { id: keepText(text), text };
}

/** Copies go in steps of four bytes and may run over by three. */
const slack = 8;

export class LineBuffer {
  /** Bytes so far; a writer may set it back to give up what it wrote last. */
  size = 0;
  /** The bytes behind, valid until the next write. */
  view: DataView<ArrayBuffer>;
  private held: Buffer<ArrayBuffer>;
  /** How far copies may go. */
  private most: number;

  /** `expected`: bytes that will probably be written. `spare`: memory to use again, its content given up. */
  constructor(expected = 1 << 16, spare?: ArrayBuffer) {
    const isEnough = spare !== undefined && spare.byteLength >= expected;
    this.held = isEnough
      ? Buffer.from(spare)
      : (Buffer.allocUnsafeSlow(Math.max(64, expected)) as Buffer<ArrayBuffer>);
    this.view = new DataView(this.held.buffer);
    this.most = this.held.length - slack;
  }

  /** Adds a kept text. */
  put(id: number): void {
    this.copy(places[2 * id]!, places[2 * id + 1]!);
  }

  /** Adds bytes of the arena. */
  copy(from: number, length: number): void {
    const { size } = this;
    if (size + length > this.most) this.grow(length);
    const source = arena;
    const to = this.view;
    for (let i = 0; i < length; i += 4)
      to.setInt32(size + i, source.getInt32(from + i, true), true);
    this.size = size + length;
  }

  /** Adds a shared text. */
  share({ id, text }: Text): void {
    if (id === notKept) this.write(text);
    else this.put(id);
  }

  /** Adds any text. */
  write(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    if (this.size + text.length * 3 > this.most) this.grow(text.length * 3);
    this.size += this.held.write(text, this.size);
  }

  /** Adds an ASCII character. */
  char(code: number): void {
    if (this.size >= this.most) this.grow(1);
    this.view.setUint8(this.size++, code);
  }

  /** Adds a finite number as JSON writes it. */
  number(value: number): void {
    if (!(value >= 0 && value < 1e15 && Math.floor(value) === value))
      return this.write(String(value));
    if (this.size + 16 > this.most) this.grow(16);
    let length = 1;
    for (let bound = 10; value >= bound; bound *= 10) length++;
    let at = this.size + length;
    this.size = at;
    const { view } = this;
    let rest = value;
    while (rest > 0x7fffffff) {
      const next = Math.floor(rest / 10);
      view.setUint8(--at, 48 + rest - next * 10);
      rest = next;
    }
    let small = rest | 0;
    do {
      const next = (small / 10) | 0;
      view.setUint8(--at, 48 + small - next * 10);
      small = next;
    } while (small > 0);
  }

  /** The text from <= at < to. */
  text(from: number, to: number): string {
    return this.held.toString("utf8", from, to);
  }

  /** Takes out from <= at < to. */
  cut(from: number, to: number): void {
    if (from === to) return;
    this.held.copyWithin(from, to, this.size);
    this.size -= to - from;
  }

  /** The bytes so far, to be handed over: nothing may be written after. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.held.buffer, 0, this.size);
  }

  private grow(more: number): void {
    const least = this.size + more + slack;
    const grown = Buffer.allocUnsafeSlow(Math.max(least, this.held.length * 2));
    this.held.copy(grown, 0, 0, this.size);
    this.held = grown as Buffer<ArrayBuffer>;
    this.view = new DataView(this.held.buffer);
    this.most = grown.length - slack;
  }
}
