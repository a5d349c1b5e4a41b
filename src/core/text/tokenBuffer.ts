import type { AlignedText } from './alignedText.js';
import type { Encoding } from './tokenizer.js';

/** Tokens of a stretch of text: id, start, end and word of each, relative to the stretch. */
export interface Stretch {
  readonly tokens: readonly number[];
  readonly wordCount: number;
}

const FIELDS = 4;

/** Collects the tokens of a text. */
export class TokenBuffer {
  private data = new Int32Array(256 * FIELDS);
  private size = 0;
  private wordCount = 0;

  /** Adds one token that is a word. */
  addWord(id: number, start: number, end: number): void {
    this.reserve(FIELDS);
    this.data.set([id, start, end, this.wordCount++], this.size);
    this.size += FIELDS;
  }

  /** Adds the tokens of a stretch that starts at unit `from` of `text`. */
  addStretch({ tokens, wordCount }: Stretch, text: AlignedText, from: number): void {
    this.reserve(tokens.length);
    const { data } = this;
    let at = this.size;
    for (let i = 0; i < tokens.length; i += FIELDS) {
      const start = from + tokens[i + 1]!;
      const end = from + tokens[i + 2]!;
      data[at] = tokens[i]!;
      data[at + 1] = start < text.length ? text.startOf(start) : text.endOf(text.length - 1);
      data[at + 2] = end > start ? text.endOf(end - 1) : data[at + 1]!;
      data[at + 3] = this.wordCount + tokens[i + 3]!;
      at += FIELDS;
    }
    this.size = at;
    this.wordCount += wordCount;
  }

  encoding(): Encoding {
    const count = this.size / FIELDS;
    const field = (index: number): Int32Array => {
      const values = new Int32Array(count);
      for (let i = 0; i < count; i++) values[i] = this.data[i * FIELDS + index]!;
      return values;
    };
    return { ids: field(0), starts: field(1), ends: field(2), wordIds: field(3) };
  }

  private reserve(count: number): void {
    if (this.size + count <= this.data.length) return;
    const grown = new Int32Array(Math.max(this.data.length * 2, this.size + count));
    grown.set(this.data.subarray(0, this.size));
    this.data = grown;
  }
}
