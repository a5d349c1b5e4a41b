import { logProbability } from '../predict/probabilities.js';
import { maskAtRandom, type MaskedSequence } from '../predict/maskAtRandom.js';
import { mapRows, type AbortState } from '../predict/runRows.js';
import type { MaskedLanguageModel } from '../predict/maskedLanguageModel.js';
import { contentKey } from '../data/examples/chunk.js';
import type { ProfileScore } from './profile.js';

/** As used for the held-out losses of runs. */
const RATE = 0.15;
const ROWS_AT_ONCE = 16;
/** With fewer tokens of context, a word is harder to predict than in training. */
const FEW_TOKENS = 24;
const FEWEST_LONG_TEXTS = 32;

export interface ScoreOptions {
  /** Checked between forward passes; scoring ends early once it returns true. */
  readonly isTimeUp: () => boolean;
  readonly signal?: AbortState | undefined;
  /** Called with the number of scored sequences after each forward pass. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Mean negative log-likelihood (nats) of randomly masked tokens in a sample of texts, one sequence
 * of at most the model's maximum length per text. `null` if no text has a known token.
 */
export async function scoreTexts(
  model: MaskedLanguageModel,
  texts: readonly string[],
  { isTimeUp, signal, onProgress }: ScoreOptions,
): Promise<Omit<ProfileScore, 'baseline'> | null> {
  const all = texts.flatMap((text) => maskedSequence(model, text) ?? []);
  const long = all.filter(({ row }) => row.ids.length >= FEW_TOKENS);
  const sequences = long.length >= FEWEST_LONG_TEXTS ? long : all;
  const means: number[] = [];
  let sum = 0;
  let maskedTokens = 0;
  for (let at = 0; at < sequences.length && (at === 0 || !isTimeUp()); at += ROWS_AT_ONCE) {
    const part = sequences.slice(at, at + ROWS_AT_ONCE);
    const targets = part.map(({ originals }) => originals.values());
    const losses = await mapRows(
      model,
      part.map(({ row }) => row),
      {
        read: (logits, row) => -logProbability(logits, targets[row]!.next().value!),
        signal,
      },
    );
    for (const row of losses) {
      const total = row.reduce((a, b) => a + b, 0);
      sum += total;
      maskedTokens += row.length;
      means.push(total / row.length);
    }
    onProgress?.({ done: at + part.length, total: sequences.length });
  }
  if (maskedTokens === 0) return null;
  const loss = sum / maskedTokens;
  return {
    loss,
    standardError: standardError(means),
    perplexity: Math.exp(loss),
    maskedTokens,
    sequences: means.length,
  };
}

/** The beginning of a text with masked tokens; `null` if there is nothing to mask. */
function maskedSequence(model: MaskedLanguageModel, text: string): MaskedSequence | null {
  const { tokenizer, maxLength } = model;
  const ids = tokenizer.encode(text).ids.slice(0, maxLength - tokenizer.frameSize);
  return maskAtRandom(tokenizer, ids, { rate: RATE, draw: ['profile', contentKey(text)] });
}

function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
