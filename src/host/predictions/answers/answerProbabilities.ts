import {
  askedText,
  type ClozeChoice,
  type ClozeQuestion,
} from '../../../core/predict/clozeQuestions.js';
import type { TargetScore } from '../../../core/predict/fillMasks.js';
import type { Lane } from '../../../core/predict/jobs.js';
import type { Unread } from '../../../core/predict/unreadText.js';
import type { ModelClient } from '../../models/modelClient.js';
import { maskTokenOf } from '../maskToken.js';

/** A choice with its probability given the text around the blank. */
export interface AnsweredChoice extends ClozeChoice {
  /** Of all words; `null` if the model cannot spell the choice. */
  readonly probability: number | null;
  /** Share of the choice in the probability of all choices of its question. */
  readonly share: number | null;
  /** Place among the choices, from 1 for the most probable one. */
  readonly rank: number | null;
}

export interface Answer {
  /** Best first. */
  readonly choices: readonly AnsweredChoice[];
  /** Set if the model never read text like the question, which therefore has no choices here. */
  readonly unread: Unread | null;
}

/**
 * Probabilities of the choices of questions, by PLL-word-l2r for choices of several tokens; `null` if the
 * model predicts no words. Numbers and choices are left out of what the model reads, and other blanks
 * are masks.
 */
export async function answerProbabilities(
  modelClient: Pick<ModelClient, 'call'>,
  { text, questions }: { readonly text: string; readonly questions: readonly ClozeQuestion[] },
  {
    modelFolder,
    lane,
    signal,
    onProgress = () => undefined,
  }: {
    readonly modelFolder: string;
    readonly lane: Lane;
    readonly signal: AbortSignal;
    readonly onProgress?: (done: number) => void;
  },
): Promise<readonly Answer[] | null> {
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return null;
  const answers: Answer[] = [];
  for (const question of questions) {
    const asked = askedText(text, question, maskToken);
    const { masks } = await modelClient.call(
      'fillMasks',
      {
        ...{ modelFolder, lane, topK: 1, text: asked.text },
        targets: question.choices.map(({ word }) => word),
        within: { start: asked.start, end: asked.start + maskToken.length },
      },
      signal,
    );
    const [fill] = masks;
    answers.push({
      unread: fill?.unread ?? null,
      choices: fill?.unread === null ? rankedChoices(question.choices, fill.targets) : [],
    });
    onProgress(answers.length);
  }
  return answers;
}

/** Choices with their probabilities, which are in the same order; best first. */
export function rankedChoices(
  choices: readonly ClozeChoice[],
  targets: readonly Pick<TargetScore, 'probability'>[],
): AnsweredChoice[] {
  const sum = targets.reduce((total, { probability }) => total + (probability ?? 0), 0);
  return choices
    .map((choice, i) => ({ ...choice, probability: targets[i]?.probability ?? null }))
    .sort((a, b) => (b.probability ?? -1) - (a.probability ?? -1))
    .map((choice, i) => {
      const { probability } = choice;
      return probability === null
        ? { ...choice, share: null, rank: null }
        : { ...choice, share: sum === 0 ? 0 : probability / sum, rank: i + 1 };
    });
}
