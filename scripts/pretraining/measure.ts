import fs from 'node:fs';
import path from 'node:path';
import type { MaskedLanguageModel } from '../../src/core/predict/maskedLanguageModel.js';
import { answerCloze, readCloze, type ClozeAnswer } from './cloze.js';
import { measureHeldOut, type HeldOutFigures } from './heldOut.js';
import { PATHS } from './recipe.js';

export interface ClozeFigures {
  readonly sentences: number;
  /** Shares of the sentences with an acceptable word first, and among the first five. */
  readonly top1: number;
  readonly top5: number;
  readonly answers: readonly ClozeAnswer[];
}

export interface Figures {
  readonly cloze: Readonly<Record<string, ClozeFigures>>;
  /** By source, and `all`; null where the corpus's held-out documents are not at hand. */
  readonly heldOut: Readonly<Record<string, HeldOutFigures>> | null;
}

/** The two halves of the cloze set. */
const CLOZE_SETS = ['everyday', 'technical'];

/** Evaluates a model on the cloze set and on held-out documents. */
export async function measureModel(
  model: MaskedLanguageModel,
  heldOutFolder = PATHS.heldOut,
): Promise<Figures> {
  const cloze: Record<string, ClozeFigures> = {};
  for (const name of CLOZE_SETS) {
    const answers = await answerCloze(model, readCloze(path.join(PATHS.cloze, `${name}.txt`)));
    const share = (isRight: (answer: ClozeAnswer) => boolean): number =>
      answers.filter(isRight).length / answers.length;
    cloze[name] = {
      sentences: answers.length,
      top1: share(({ rank }) => rank === 0),
      top5: share(({ rank }) => rank >= 0),
      answers,
    };
  }
  const heldOut = fs.existsSync(heldOutFolder) ? await measureHeldOut(model, heldOutFolder) : null;
  return { cloze, heldOut };
}
