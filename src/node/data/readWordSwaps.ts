import { parseWordSwaps, type WordSwaps } from '../../core/text/wordSwaps.js';
import { readText } from '../files/regularFile.js';

const MAX_BYTES = 1 << 20;

/** Pairs of words of a file. Throws `UserInput` with the line of what is none, and for a missing file. */
export async function readWordSwaps(file: string): Promise<WordSwaps> {
  return parseWordSwaps(await readText(file, MAX_BYTES), file);
}
