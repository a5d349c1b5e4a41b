import { tokenTargets } from '../../objectives/rowTargets.js';
import type { TrainingBatch } from '../../batches/batch.js';
import { NO_LABEL, type LabelledExample } from '../../data/examples/labelledExamples.js';
import { drawKeys } from '../../masking/planning/rateSchedule.js';
import type { DrawOptions } from '../../masking/masker.js';
import { padSequences } from '../../tokenizer/padSequences.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import type { EvaluationOptions } from '../data/collateLabelled.js';
import { withInputs } from '../data/maskInputs.js';
import { plannedWindows, windowWeights, type PlannedWindow } from '../data/windowBatches.js';
import type { WordMasks } from '../data/wordMasks.js';
import { CONSISTENCY_LOSS, RECONSTRUCTION_LOSS, UNIFORM_LOSS } from './debiasLosses.js';
import { tokenTargetsOf } from './discouragedWords.js';

/** Examples of a batch of a step, unmasked, with their weights. */
export interface ViewedBatch {
  readonly examples: readonly LabelledExample[];
  /** `null` for equal weights. */
  readonly weights: readonly number[] | null;
}

/** Further batches of a step on its examples, each for a named loss. */
export type ViewsOf = (
  batches: readonly ViewedBatch[],
  place: { readonly epoch: number },
  options: EvaluationOptions,
) => TrainingBatch[];

/** An example with words masked, beside the unmasked one. */
interface MaskedExample {
  readonly example: LabelledExample;
  readonly masked: LabelledExample;
  readonly weight: number;
}

/**
 * Examples with words to discourage, whose predictions shall be those of the texts with these words
 * masked. Examples without such words have no row, and their term is zero.
 */
export function consistencyViews(words: WordMasks): ViewsOf {
  return (batches, { epoch }, options) =>
    meanOverAll(
      batches.map((batch) => maskedBy(words, batch, drawOf(words, { epoch, seed: 0 }))),
      (masked) => pairedBatches(masked, options),
    );
}

export interface MaskerViewOptions {
  /** Masks half of the words to discourage. */
  readonly words: WordMasks;
  /** Masks most of the other words. */
  readonly others: WordMasks;
  readonly seed: number;
  readonly tokenizer: Pick<Tokenizer, 'isSpecial'>;
}

/**
 * The two views of MASKER (Moon et al. 2021, arXiv:2012.09392, section 2.2) with new masks in each
 * epoch and whole words: keywords are masked with p = 0.5 and reconstructed (MKR), by the model's own
 * masked-LM head instead of a new one over the keywords; and other words are masked with p = 0.9, where
 * all labels shall be equally probable (MER), as a mean over examples.
 */
export function maskerViews({ words, others, seed, tokenizer }: MaskerViewOptions): ViewsOf {
  return (batches, { epoch }, options) => {
    const keywords = drawOf(words, { epoch, seed });
    const context = drawOf(others, { epoch, seed });
    return [
      ...batches.flatMap((batch) =>
        reconstructionBatches(words, batch, { drawn: keywords, tokenizer, options }),
      ),
      ...meanOverAll(
        batches.map((batch) => maskedBy(others, batch, context)),
        (masked) => uniformBatches(masked, options),
      ),
    ];
  };
}

type Drawn = Pick<DrawOptions, 'draw' | 'rate'>;

function drawOf(
  { policy }: WordMasks,
  { epoch, seed }: { readonly epoch: number; readonly seed: number },
): Drawn {
  return { draw: [...drawKeys(policy, { seed, epoch }), 'debias'], rate: policy.rate };
}

/** Examples that a draw masks, and the weight of the others. */
interface MaskedBatch {
  readonly masked: readonly MaskedExample[];
  readonly absentWeight: number;
}

function maskedBy(words: WordMasks, { examples, weights }: ViewedBatch, drawn: Drawn): MaskedBatch {
  let absentWeight = 0;
  const masked = examples.flatMap((example, i): MaskedExample[] => {
    const weight = weights?.[i] ?? 1;
    const inputOf = words.inputsOf(example, drawn);
    if (inputOf !== null) return [{ example, masked: withInputs(example, inputOf), weight }];
    absentWeight += weight;
    return [];
  });
  return { masked, absentWeight };
}

/** Batches whose loss is a mean over all examples of the step, those without a row included. */
function meanOverAll(
  parts: readonly MaskedBatch[],
  batchesOf: (masked: readonly MaskedExample[]) => TrainingBatch[],
): TrainingBatch[] {
  const [first, ...others] = parts.flatMap(({ masked }) =>
    masked.length === 0 ? [] : batchesOf(masked),
  );
  if (first === undefined) return [];
  const absentWeight = parts.reduce((sum, part) => sum + part.absentWeight, 0);
  return [absentWeight === 0 ? first : { ...first, absentWeight }, ...others];
}

/** Batches of unmasked texts with those of the masked ones as teachers, row by row. */
function pairedBatches(
  masked: readonly MaskedExample[],
  options: EvaluationOptions,
): TrainingBatch[] {
  const weights = masked.map(({ weight }) => weight);
  const columns = options.objective.outputs(options.task).length;
  // Masks change no length, so both are planned alike.
  const teachers = plannedWindows(
    masked.map((one) => one.masked),
    options,
  );
  return plannedWindows(
    masked.map(({ example }) => example),
    options,
  ).map(({ length, examples: windows }, i) => ({
    ...textRows(windows, { length, weights, options }),
    loss: CONSISTENCY_LOSS,
    values: new Float32Array(windows.length * columns),
    teacher: textRows(teachers[i]!.examples, { length, weights, options }),
  }));
}

function uniformBatches(
  masked: readonly MaskedExample[],
  options: EvaluationOptions,
): TrainingBatch[] {
  const weights = masked.map(({ weight }) => weight);
  const columns = options.objective.outputs(options.task).length;
  return plannedWindows(
    masked.map((one) => one.masked),
    options,
  ).map(({ length, examples: windows }) => ({
    ...textRows(windows, { length, weights, options }),
    loss: UNIFORM_LOSS,
    values: new Float32Array(windows.length * columns).fill(1 / columns),
  }));
}

function reconstructionBatches(
  words: WordMasks,
  { examples, weights }: ViewedBatch,
  {
    drawn,
    tokenizer,
    options,
  }: {
    readonly drawn: Drawn;
    readonly tokenizer: MaskerViewOptions['tokenizer'];
    readonly options: EvaluationOptions;
  },
): TrainingBatch[] {
  const chosen = examples.flatMap((example, i) => {
    const tokens = words.maskedTokens(example, drawn);
    const targets = [...tokens.values()].some(({ original }) => !tokenizer.isSpecial(original));
    const weight = weights?.[i] ?? 1;
    return targets ? [{ example, tokens, weight }] : [];
  });
  if (chosen.length === 0) return [];
  const masked = chosen.map(({ example, tokens }) =>
    withInputs(example, (id, source) => tokens.get(source)?.inputId ?? id),
  );
  const ofTexts = chosen.map(({ weight }) => weight);
  return plannedWindows(masked, options).map(({ length, examples: windows }) => {
    const sequences = windows.map(({ sequence, text, isFiller }) => {
      const { tokens } = chosen[text]!;
      const originalAt = (source: number): number | undefined => {
        const original = tokens.get(source)?.original;
        return original === undefined || tokenizer.isSpecial(original) ? undefined : original;
      };
      const labels = isFiller
        ? new Array<number>(sequence.ids.length).fill(NO_LABEL)
        : tokenTargetsOf(sequence, originalAt);
      return { ...sequence, labels };
    });
    return {
      ...padSequences(sequences, { pad: options.pad, length }),
      ...tokenTargets(sequences, { length, classWeights: null }),
      exampleWeights: windowWeights(windows, ofTexts, options),
      loss: RECONSTRUCTION_LOSS,
    };
  });
}

/** Sequences with one row each and no targets yet. */
function textRows(
  windows: readonly PlannedWindow[],
  {
    length,
    weights,
    options,
  }: {
    readonly length: number;
    readonly weights: readonly number[];
    readonly options: EvaluationOptions;
  },
): TrainingBatch {
  const rowCount = windows.length;
  return {
    ...padSequences(
      windows.map(({ sequence }) => sequence),
      { pad: options.pad, length },
    ),
    ...{ rowCount, positions: null, labels: new BigInt64Array(rowCount), values: null },
    weights: new Float32Array(rowCount).fill(1),
    exampleWeights: windowWeights(windows, weights, options),
  };
}
