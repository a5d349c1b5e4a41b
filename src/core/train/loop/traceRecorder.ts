import type { ParameterTensor } from '../../models/model.js';
import { storedFloats, type StoredTensor } from '../../models/weights/safetensors.js';
import type { RunSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
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
 *   [rowCount, columns] as float32. `token_type_ids`, `positions` and those from `values` on are
 *   absent if the batch has none. Positions index the rows of the logits [batchSize * length, …].
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
  }: Pick<RunSpec, 'task' | 'method' | 'optimizer' | 'training' | 'model'>,
  config: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const { dropout, seed } = training;
  const trace = { version: 1, model: model.name, config, task, method, optimizer, dropout, seed };
  return { masklab_trace: JSON.stringify(trace) };
}

function* arraysOf(batch: TrainingBatch): Generator<[string, StoredTensor]> {
  const { batchSize, length, rowCount, tokenTypeIds, positions, values } = batch;
  const { exampleWeights, logitOffsets } = batch;
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
