import fs from 'node:fs';
import { fillMasks } from '../../src/core/predict/fillMasks.js';
import type { MaskedLanguageModel } from '../../src/core/predict/maskedLanguageModel.js';

/** A sentence with one `[MASK]`, and the words that a person would accept there, in lower case. */
export interface ClozeItem {
  readonly text: string;
  readonly accepted: ReadonlySet<string>;
}

export interface ClozeAnswer {
  readonly item: ClozeItem;
  /** The first five words of the model. */
  readonly candidates: readonly string[];
  /** Of the first acceptable one among them; −1 where there is none. */
  readonly rank: number;
}

/** Reads lines of a sentence, a tab and its words; lines that begin with `#` are comments. */
export function readCloze(file: string): ClozeItem[] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [text = '', words = ''] = line.split('\t');
      return { text, accepted: new Set(words.split(' ')) };
    });
}

/** Predictions of the model for the mask, as in a hover. */
export async function answerCloze(
  model: MaskedLanguageModel,
  items: readonly ClozeItem[],
): Promise<ClozeAnswer[]> {
  const answers: ClozeAnswer[] = [];
  for (const item of items) {
    const text = item.text.replace('[MASK]', model.tokenizer.maskToken);
    const [fill] = await fillMasks(model, { text, topK: 5 });
    const candidates = fill?.candidates.map(({ word }) => word.toLowerCase()) ?? [];
    answers.push({
      item,
      candidates,
      rank: candidates.findIndex((word) => item.accepted.has(word)),
    });
  }
  return answers;
}
