import type { ParameterTensor } from '../../models/model.js';
import { storedFloats, type StoredTensor } from '../../models/weights/safetensors.js';
import type { RunSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { LossTerm } from '../../batches/losses.js';
import { lossesOf } from '../debias/debiasLosses.js';
import type { StepResult, TrainingEngine } from '../engine/engine.js';

/** A step as it was done. */
export interface TracedStep extends StepResult {
  readonly batches: readonly TrainingBatch[];
  readonly learningRate: number;
}

/**
 * Writes the first steps of a run down, so that they can be replayed in another framework. Tensors:
 *
 * - `trained.<name>` and `frozen.<name>`: the weights before the first step, by the hub's names,
 *   adapters as `<module>.lora_A.weight` [rank, in] and `<module>.lora_B.weight` [out, rank].
 * - `steps.<i>.batches.<j>.<array>`: `input_ids`, `attention_mask` and `token_type_ids`
 *   [batchSize, length], `positions` and `labels` [rowCount] as int64; `weights` [rowCount] and
 *   `values` [rowCount, columns], `example_weights` [batchSize] and `logit_offsets`
 *   [rowCount, columns] as float32, `absent_weight` [1] as float32, and `loss` [1] as int64, the
 *   number of the batch's loss in the metadata. `token_type_ids`, `positions` and those from `values`
 *   on are absent if the batch has none; targets that the model predicted itself are `values`. Positions index the rows of the logits [batchSize * length, …].
 * - `learning_rates`, `losses` and `gradient_norms` [steps] as float64. The loss of a step is the
 *   mean over the rows of all its batches by their weights, taken before the update; the norm is
 *   from before clipping.
 */
export class StepTrace {
  private readonly tensors = new Map<string, StoredTensor>();
  private readonly steps: TracedStep[] = [];

  constructor(
    engine: Pick<TrainingEngine, 'trainedParameters' | 'modelParameters'>,
    private readonly limit: number,
    /** Losses of the run, of which the first is that of batches without a name. */
    private readonly losses: readonly LossTerm[] = [],
  ) {
    const trained = engine.trainedParameters();
    for (const [name, tensor] of trained) this.tensors.set(`trained.${name}`, copied(tensor));
    for (const [name, tensor] of engine.modelParameters()) {
      if (!trained.has(name)) this.tensors.set(`frozen.${name}`, copied(tensor));
    }
  }

  /** Records a step; ignores steps beyond the limit. */
  add(step: TracedStep): void {
    if (this.steps.length === this.limit) return;
    step.batches.forEach((batch, j) => {
      const prefix = `steps.${this.steps.length}.batches.${j}.`;
      for (const [name, tensor] of arraysOf(batch)) this.tensors.set(prefix + name, tensor);
      const loss = this.losses.findIndex(({ name }) => name === batch.loss);
      if (loss > 0) this.tensors.set(`${prefix}loss`, stored(BigInt64Array.of(BigInt(loss))));
    });
    this.steps.push(step);
  }

  /** All that was taken. */
  content(): ReadonlyMap<string, StoredTensor> {
    const series = (values: readonly number[]): StoredTensor => stored(Float64Array.from(values));
    return new Map([
      ...this.tensors,
      ['learning_rates', series(this.steps.map(({ learningRate }) => learningRate))],
      ['losses', series(this.steps.map(({ loss }) => loss))],
      ['gradient_norms', series(this.steps.map(({ gradientNorm }) => gradientNorm))],
    ]);
  }
}

/** Metadata of the trace file for a replay. */
export function traceMetadata(
  {
    task,
    method,
    optimizer,
    training,
    model,
    debias = null,
  }: Pick<RunSpec, 'task' | 'method' | 'optimizer' | 'training' | 'model'> &
    Partial<Pick<RunSpec, 'debias'>>,
  config: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const { dropout, seed } = training;
  const losses = lossesOf({ task, debias });
  const trace = {
    ...{ version: 1, model: model.name, config, task, method, optimizer, dropout, seed },
    ...(losses.length === 1 ? {} : { losses }),
  };
  return { masklab_trace: JSON.stringify(trace) };
}

function* arraysOf(batch: TrainingBatch): Generator<[string, StoredTensor]> {
  const { batchSize, length, rowCount, tokenTypeIds, positions, values } = batch;
  const { exampleWeights, logitOffsets, absentWeight = 0 } = batch;
  const tokens = [batchSize, length];
  yield ['input_ids', stored(batch.inputIds, tokens)];
  yield ['attention_mask', stored(batch.attentionMask, tokens)];
  if (tokenTypeIds !== null) yield ['token_type_ids', stored(tokenTypeIds, tokens)];
  if (positions !== null) yield ['positions', stored(positions)];
  yield ['labels', stored(batch.labels)];
  yield ['weights', stored(batch.weights)];
  if (values !== null) {
    yield ['values', stored(values, [rowCount, values.length / rowCount])];
  }
  if (exampleWeights) yield ['example_weights', stored(exampleWeights)];
  if (absentWeight > 0) yield ['absent_weight', stored(Float32Array.of(absentWeight))];
  if (logitOffsets) {
    yield ['logit_offsets', stored(logitOffsets, [rowCount, logitOffsets.length / rowCount])];
  }
}

function stored(
  data: BigInt64Array | Float32Array | Float64Array,
  dims: readonly number[] = [data.length],
): StoredTensor {
  const dtype =
    data instanceof BigInt64Array ? 'I64' : data instanceof Float32Array ? 'F32' : 'F64';
  return { dtype, dims, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** The engine's arrays change with each step. */
function copied({ dims, data }: ParameterTensor): StoredTensor {
  return storedFloats({ dims, data: data.slice() });
}
