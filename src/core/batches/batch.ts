import { AppError } from '../errors.js';

/**
 * One padded batch, in the layout the training graph takes. A row is one line of logits that has a
 * target: a masked position, a token, or a whole sequence.
 */
export interface TrainingBatch {
  readonly batchSize: number;
  readonly length: number;
  /** Rows with a target, padding rows of weight 0 included. */
  readonly rowCount: number;
  /** [batchSize * length] */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [batchSize * length]; null for type 0 everywhere. */
  readonly tokenTypeIds: BigInt64Array | null;
  /**
   * [rowCount] flat places `row * length + column`, unique, padded with valid but arbitrary ones;
   * `null` if the logits have one row per sequence.
   */
  readonly positions: BigInt64Array | null;
  /** [rowCount] token or class ids; zeros where `values` are the targets. */
  readonly labels: BigInt64Array;
  /** [rowCount * outputSize]: 0/1 a label, numbers, or a distribution, as the loss wants; else null. */
  readonly values: Float32Array | null;
  /** [rowCount] 0 for padding, else 1 or the class weight. */
  readonly weights: Float32Array;
  /** Tokens that are not padding. */
  readonly tokenCount: number;
  /** Name of the loss that this batch is for, with several views of an example. Default: the first. */
  readonly loss?: string;
  /**
   * [batchSize] finite weights aₑ ≥ 0 of the examples. Default: 1. They multiply the weights of all
   * rows of an example, in the loss and in what it is divided by, as torch's class weights do:
   *
   *     L = Σᵢ aₑ₍ᵢ₎ wᵢ ℓᵢ / Σᵢ aₑ₍ᵢ₎ wᵢ
   *
   * over the rows i of all batches of a step, wᵢ being `weights`. Equal weights thus change nothing,
   * and an example of weight 0 is as good as absent.
   */
  readonly exampleWeights?: Float32Array;
  /**
   * [rowCount * outputSize] finite constants that training adds to the logits before the loss, e.g.
   * the log-probabilities of a biased model in a product of experts (Clark et al. 2019,
   * arXiv:1909.03683). No gradient flows into them, and evaluation leaves them out: the model is
   * judged alone.
   */
  readonly logitOffsets?: Float32Array;
  /**
   * Weight of examples without a row in this batch that count in what its loss is divided by: those
   * whose term is zero, so that a loss over few examples of a step stays a mean over all of them.
   */
  readonly absentWeight?: number;
  /**
   * Batch of as many rows whose predictions by the model as it is, without dropout, are the targets
   * of this one; `predictedTargets` turns them into `values`.
   */
  readonly teacher?: TrainingBatch;
  /** For evaluation: sequences that are run in place of this batch, whose texts are too long for one. */
  readonly windows?: BatchWindows;
}

/** Windows of the texts of a batch. */
export interface BatchWindows {
  readonly batches: readonly TrainingBatch[];
  /** Logits of the texts [rowCount * outputSize], from those of each batch of windows. */
  readonly pool: (logits: readonly Float32Array[]) => Float32Array;
}

/** Logits of the texts of a batch with windows, which `run` computes batch by batch. */
export async function pooledLogits(
  { batches, pool }: BatchWindows,
  run: (batch: TrainingBatch) => Promise<Float32Array>,
): Promise<Float32Array> {
  const logits: Float32Array[] = [];
  for (const batch of batches) logits.push(await run(batch));
  return pool(logits);
}

/** A batch for masked-language modelling: positions are masked ones. */
export interface MaskedBatch extends TrainingBatch {
  readonly positions: BigInt64Array;
}

/** [rowCount] what each row counts: its own weight times that of its example. */
export function rowWeightsOf({
  weights,
  exampleWeights,
  positions,
  length,
}: Pick<TrainingBatch, 'weights' | 'exampleWeights' | 'positions' | 'length'>): Float32Array {
  if (exampleWeights === undefined) return weights;
  return weights.map((weight, row) => {
    const example = positions === null ? row : Math.floor(Number(positions[row]) / length);
    return weight * exampleWeights[example]!;
  });
}

/**
 * Refuses example weights and logit offsets that do not fit their batch.
 *
 * @throws AppError `Graph` naming what was expected and what was found.
 */
export function requireFittingInputs(
  { batchSize, rowCount, exampleWeights, logitOffsets }: TrainingBatch,
  columns: number,
): void {
  if (exampleWeights) requireFinite('exampleWeights', exampleWeights, [batchSize], 0);
  if (logitOffsets) requireFinite('logitOffsets', logitOffsets, [rowCount, columns]);
}

function requireFinite(
  op: string,
  values: Float32Array,
  dims: readonly number[],
  least = -Infinity,
): void {
  const count = dims.reduce((a, b) => a * b, 1);
  const refuse = (got: string): never => {
    const bound = least === 0 ? ' of at least 0' : '';
    const expected = `${dims.join(' × ')} finite numbers${bound}`;
    throw new AppError({ code: 'Graph', details: { op, expected, got } });
  };
  if (values.length !== count) refuse(String(values.length));
  const bad = values.findIndex((value) => !Number.isFinite(value) || value < least);
  if (bad !== -1) refuse(`${values[bad]!} at ${bad}`);
}
