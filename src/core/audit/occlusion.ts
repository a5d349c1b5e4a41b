import type { EncodeOptions } from '../data/examples/encodeTexts.js';
import { logOddsOf } from '../predict/explainedLogOdds.js';
import type { LabelFunction } from '../predict/labelProbabilities.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { meanOf } from '../train/data/windowBatches.js';
import {
  auditedText,
  type AuditedSequence,
  type AuditedText,
  type AuditedWord,
} from './auditedText.js';

/** A model with one row of logits per text, as far as an audit needs it. */
export interface AuditedModel extends EncodeOptions {
  readonly tokenizer: Tokenizer;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Function that turns its logits into scores. */
  readonly apply: LabelFunction;
  /** Logits [labels] of each sequence. */
  logitsOf(sequences: readonly AuditedSequence[]): Promise<readonly Float32Array[]>;
}

/** Positions that are masked in each sequence of a text. */
export type MaskedPlaces = ReadonlyMap<number, readonly number[]>;

/** A text with the logits of versions of it. */
export interface ScoredText {
  /** Logits [labels] of the text as it is. */
  readonly logits: Float32Array;
  /** Logits [labels] of each version, in the order given. */
  readonly masked: readonly Float32Array[];
}

/** A text to score, and the places that are masked in each version of it. */
export interface TextVersions {
  readonly text: AuditedText;
  readonly versions: readonly MaskedPlaces[];
}

/**
 * Logits of texts and of versions of them with masks. Windows that a version leaves as they are are
 * scored once.
 */
export async function scoreVersions(
  model: AuditedModel,
  texts: readonly TextVersions[],
): Promise<ScoredText[]> {
  const { mask } = model.tokenizer.special;
  const sequences: AuditedSequence[] = [];
  const rowOf = (sequence: AuditedSequence): number => sequences.push(sequence) - 1;
  const plans = texts.map(({ text, versions }) => {
    const base = text.sequences.map(rowOf);
    const changed = versions.map((places) =>
      text.sequences.map((sequence, i) => {
        const positions = places.get(i);
        return positions === undefined ? base[i]! : rowOf(withMasks(sequence, positions, mask));
      }),
    );
    return { base, changed };
  });
  const logits = await model.logitsOf(sequences);
  const pooled = (rows: readonly number[]): Float32Array =>
    rows.length === 1 ? logits[rows[0]!]! : meanOf(rows.map((row) => logits[row]!));
  return plans.map(({ base, changed }) => ({
    logits: pooled(base),
    masked: changed.map(pooled),
  }));
}

function withMasks(
  { ids, typeIds }: AuditedSequence,
  positions: readonly number[],
  mask: number,
): AuditedSequence {
  const masked = Int32Array.from(ids);
  for (const position of positions) masked[position] = mask;
  return { ids: masked, typeIds };
}

/** The places of several words together. */
export function placesOf(words: readonly AuditedWord[]): MaskedPlaces {
  const places = new Map<number, number[]>();
  for (const word of words) {
    for (const [sequence, positions] of word.places) {
      places.set(sequence, [...(places.get(sequence) ?? []), ...positions]);
    }
  }
  return places;
}

/**
 * Evidence for each label: its log-odds (nats) under the softmax or the sigmoid, which do
 * not saturate as probabilities do, or the number itself of a model that predicts numbers.
 */
export function labelEvidence(logits: Float32Array, apply: LabelFunction): Float64Array {
  return Float64Array.from(logits, (logit, label) =>
    apply === 'softmax' ? logOddsOf(logits, label) : logit,
  );
}

/** A word of a text with the change that masking it makes. */
export interface WordEffect extends AuditedWord {
  /** Evidence [labels] for each label minus that without the word: positive if the word supports it. */
  readonly effects: Float64Array;
  /** Logits [labels] without the word. */
  readonly logits: Float32Array;
}

export interface OccludedText extends AuditedText {
  readonly logits: Float32Array;
  readonly effects: readonly WordEffect[];
}

/** Texts whose rows are scored together: enough to fill batches of one length. */
const TEXTS_AT_ONCE = 16;

/** Called before a text with the numbers of texts that are done and of all; what it throws ends the loop. */
export type OnText = (done: number, total: number) => void;

/**
 * Leave-one-out occlusion of the words of texts (Li et al. 2016, arXiv:1612.08220): all occurrences of a
 * word in a text are masked at once, one mask per token, and the change of the evidence for each label
 * is the effect of the word. A text with n different words takes n + 1 passes.
 *
 * It is faithful only to a model that was trained with masks, for which masked text is not foreign
 * (Madsen, Reddy and Chandar 2024, arXiv:2310.07819).
 *
 * @returns one entry per text, in order
 */
export async function occludeTexts(
  model: AuditedModel,
  texts: readonly { readonly text: string; readonly pair: string | null }[],
  onText: OnText = () => undefined,
): Promise<OccludedText[]> {
  const occluded: OccludedText[] = [];
  for (let first = 0; first < texts.length; first += TEXTS_AT_ONCE) {
    onText(first, texts.length);
    const block = texts
      .slice(first, first + TEXTS_AT_ONCE)
      .map(({ text, pair }) => auditedText(text, pair, model));
    const scored = await scoreVersions(
      model,
      block.map((text) => ({ text, versions: text.words.map(({ places }) => places) })),
    );
    block.forEach((text, i) => {
      const { logits, masked } = scored[i]!;
      const whole = labelEvidence(logits, model.apply);
      const effects = text.words.map((word, at): WordEffect => {
        const without = labelEvidence(masked[at]!, model.apply);
        return { ...word, effects: whole.map((x, c) => x - without[c]!), logits: masked[at]! };
      });
      occluded.push({ ...text, logits, effects });
    });
  }
  return occluded;
}

/** Index of the label with the highest logit: the prediction of a model that chooses one. */
export function highest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}
