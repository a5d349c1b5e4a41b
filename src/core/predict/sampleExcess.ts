import { wordsIn } from '../text/words.js';
import { excessOf } from './excessScale.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import type { AbortState } from './runRows.js';
import { scoreWords } from './scoreWords.js';

/** Sample of ordinary English that comes with the extension, relative to the extension's folder. */
export const ENGLISH_SAMPLE_FILE = 'media/reference/english.txt';

/** One word of so many is scored: enough for percentiles, at half the time. */
const STRIDE = 2;

/**
 * Excess surprisal in bits of every second word of a sample, each in its paragraph as in the editor.
 * Words that the model cannot read are left out.
 */
export async function sampleExcess(
  model: MaskedLanguageModel,
  sample: string,
  signal?: AbortState,
): Promise<number[]> {
  const excesses: number[] = [];
  for (const text of sample.split(/\n\s*\n/u)) {
    const words = wordsIn(text).filter((_, at) => at % STRIDE === 0);
    for (const word of await scoreWords(model, { text, words, isPacked: true }, signal)) {
      const excess = excessOf(word);
      if (excess !== null) excesses.push(excess);
    }
  }
  return excesses;
}
