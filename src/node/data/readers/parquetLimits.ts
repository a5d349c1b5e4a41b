import type { CompressionCodec, Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { RefusedFile } from '../../../core/fileProblem.js';
import { problem } from '../../../core/messages/message.js';
import { refuseBomb } from './decompressionLimit.js';

/** Maximum bytes of pages that are decompressed for one range of rows. */
const MOST_DECOMPRESSED = 500_000_000;
/** Times that a page may be decompressed for the ranges of rows that share it, on average. */
const MOST_REPEATS = 4;

/** Ends the reading of a file that gives far more than its size allows, before that takes long. */
export class ExpansionLimit {
  private text = 0;
  private decompressed = 0;

  constructor(
    private readonly file: string,
    private readonly size: number,
  ) {}

  /** Counts a row: a value of a dictionary is stored once and can be in any number of rows. */
  countText(values: Readonly<Record<string, unknown>>): void {
    this.text += lengthOf(values);
    refuseBomb(this.file, { compressed: this.size, plain: this.text });
  }

  countPage(bytes: number): void {
    this.decompressed += bytes;
    const plain = Math.floor(this.decompressed / MOST_REPEATS);
    refuseBomb(this.file, { compressed: this.size, plain });
  }
}

/** Characters of a value, and of what it consists of. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let length = 1;
  for (const part of Object.values(value)) length += lengthOf(part);
  return length;
}

/** Decompression that ends before pages fill the memory, however small they are in the file. */
export function boundedCompressors(limit: ExpansionLimit): Compressors {
  let left = MOST_DECOMPRESSED;
  const bounded = (decompress: Compressors[CompressionCodec]): Compressors[CompressionCodec] =>
    decompress &&
    ((input, length) => {
      left -= length;
      limit.countPage(length);
      if (left >= 0) return decompress(input, length);
      const most = { bytes: MOST_DECOMPRESSED };
      throw new RefusedFile(problem('data.rowGroupTooLarge', { limit: most }));
    });
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [codec, bounded(decompress)]),
  );
}
