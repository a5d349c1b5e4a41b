import { readText } from '../files/regularFile.js';

const MOST_BYTES = 8 * 2 ** 20;

/** Reads a list of words, one per line. */
export async function readWordList(file: string): Promise<readonly string[]> {
  const text = await readText(file, MOST_BYTES);
  return text.split('\n').filter((word) => word !== '');
}
