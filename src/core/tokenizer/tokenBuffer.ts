import type { AlignedText } from '../text/alignedText.js';
import { FIELDS } from './stretchCache.js';
import type { Encoding } from './tokenizer.js';

/** Maximum count that is copied faster one by one than in bulk. */
const FEW = 64;

/** Collects the tokens of a text; one instance is reused for all texts. */
export class TokenBuffer {
  ids = new Int32Array(256);
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  wordIds = new Int32Array(256);
  count = 0;
  wordCount = 0;

  /** Adds a token that is a word. */
  addWord(id: number, start: number, end: number): void {
    this.reserve(this.count + 1);
    this.ids[this.count] = id;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.wordIds[this.count++] = this.wordCount++;
  }

  /** Adds `tokens[from, to)` of a part that starts at unit `at` of `text`. */
  addStretch(
    tokens: ArrayLike<number>,
    { from, to, wordCount }: { from: number; to: number; wordCount: number },
    { text, at }: { text: AlignedText; at: number },
  ): void {
    this.reserve(this.count + (to - from) / FIELDS);
    const { ids, starts, ends, wordIds } = this;
    const { length } = text;
    let target = this.count;
    for (let i = from; i < to; i += FIELDS) {
      const start = at + tokens[i + 1]!;
      const end = at + tokens[i + 2]!;
      ids[target] = tokens[i]!;
      starts[target] = start < length ? text.startOf(start) : text.endOf(length - 1);
      ends[target] = end > start ? text.endOf(end - 1) : starts[target]!;
      wordIds[target] = this.wordCount + tokens[i + 3]!;
      target++;
    }
    this.count = target;
    this.wordCount += wordCount;
  }

  clear(): void {
    this.count = 0;
    this.wordCount = 0;
  }

  /** Tokens collected since the last clear. */
  encoding(): Encoding {
    const { count } = this;
    // One allocation for all four arrays, which dominates the time of short texts.
    const all = new ArrayBuffer(count * 16);
    const copyOf = (source: Int32Array, at: number): Int32Array => {
      const copy = new Int32Array(all, at * count * 4, count);
      if (count > FEW) copy.set(source.subarray(0, count));
      else for (let i = 0; i < count; i++) copy[i] = source[i]!;
      return copy;
    };
    return {
      ids: copyOf(this.ids, 0),
      starts: copyOf(this.starts, 1),
      ends: copyOf(this.ends, 2),
      wordIds: copyOf(this.wordIds, 3),
    };
  }

  /** Ensures capacity for `needed` tokens in total. */
  reserve(needed: number): void {
    if (needed <= this.ids.length) return;
    const size = Math.max(this.ids.length * 2, needed);
    this.ids = grown(this.ids, size);
    this.starts = grown(this.starts, size);
    this.ends = grown(this.ends, size);
    this.wordIds = grown(this.wordIds, size);
  }
}

function grown(array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(size);
  copy.set(array);
  return copy;
}
