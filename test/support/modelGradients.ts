import { differentiate } from '../../src/core/autodiff/differentiate.js';
import { Graph } from '../../src/core/graph/graph.js';
import { encodeModel } from '../../src/core/graph/onnx.js';
import { attachLoss, lowerLoss } from '../../src/core/graph/passes/attachLoss.js';
import { prune } from '../../src/core/graph/passes/prune.js';
import type {
  Model,
  ModelInputs,
  ModelOutputs,
  ParameterTensor,
} from '../../src/core/models/model.js';
import type { Tensor } from '../../src/core/ports.js';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';

export interface ForwardOptions extends Pick<ModelInputs, 'microBatches' | 'dropout'> {
  /** False for a batch that is known to have no padding. */
  readonly padded?: boolean;
}

interface Built {
  readonly graph: Graph;
  readonly outputs: ModelOutputs;
  /** Of the first head. */
  readonly logits: string;
  readonly feeds: Record<string, Tensor>;
}

/** The graph that a model adds for a batch, parameters being inputs, and the logits of all places. */
export async function build(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  batch: TrainingBatch,
  { padded = true, ...options }: ForwardOptions,
): Promise<Built> {
  const graph = new Graph(20);
  const { batchSize, length } = batch;
  const feeds: Record<string, Tensor> = {};
  const feed = (name: string, data: BigInt64Array): string => {
    feeds[name] = { type: 'int64', dims: [batchSize, length], data };
    return graph.input(name, 'int64', [batchSize, length]);
  };
  const inputs = {
    inputIds: feed('input_ids', batch.inputIds),
    attentionMask: padded ? feed('attention_mask', batch.attentionMask) : null,
    tokenTypeIds:
      model.hasTokenTypes && batch.tokenTypeIds ? feed('token_type_ids', batch.tokenTypeIds) : null,
    batch: batchSize,
    length,
    ...options,
  };
  for (const { name, dims } of model.parameters) {
    graph.input(name, 'float32', dims);
    feeds[name] = { type: 'float32', dims, data: parameters.get(name)!.data };
  }
  const outputs = await model.addForward(graph, inputs, (name) => name);
  return { graph, outputs, logits: outputs.logits(), feeds };
}

export async function run(
  { graph, feeds }: Built,
  outputs: readonly string[],
): Promise<Record<string, Tensor>> {
  const computed = [...new Set(outputs)].filter(
    (name) => !graph.constants.has(name) && !(name in feeds),
  );
  graph.outputs.splice(0, graph.outputs.length, ...computed);
  prune(graph);
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 2 });
  try {
    return await session.run(feeds, Object.fromEntries(computed.map((name) => [name, null])));
  } finally {
    await session.release();
  }
}

/** The graph that a model adds for a batch, and its logits, row-major. */
export async function forward(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  batch: TrainingBatch,
  options: ForwardOptions = {},
): Promise<{ graph: Graph; logits: Float32Array }> {
  const built = await build(model, parameters, batch, options);
  const results = await run(built, [built.logits]);
  return { graph: built.graph, logits: floats(results[built.logits]) };
}

export interface LossAndGradients {
  readonly loss: number;
  /** At the batch's rows, [rowCount, outputSize] */
  readonly logits: Float32Array;
  readonly gradients: Map<string, Float32Array>;
}

/** Mean cross entropy at the batch's rows, or of its sequences, and the gradient of every parameter. */
export async function lossAndGradients(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  batch: TrainingBatch,
  options: ForwardOptions = {},
): Promise<LossAndGradients> {
  const built = await build(model, parameters, batch, options);
  const { feeds } = built;
  const rows = batch.rowCount;
  const { graph, logits } = atRows(built, batch);
  const { loss } = attachLoss(graph, logits);
  feeds['labels'] = { type: 'int64', dims: [rows, 1], data: batch.labels };
  const total = batch.weights.reduce((a, b) => a + b, 0);
  const weights = batch.weights.map((weight) => weight / total);
  feeds['weights'] = { type: 'float32', dims: [rows, 1], data: weights };
  const names = model.parameters.map(({ name }) => name);
  const found = differentiate(graph, { loss, parameters: names });
  lowerLoss(graph);
  const wanted = [...found.values()].flatMap(({ dense, rows: looked }) => [
    ...(dense === null ? [] : [dense]),
    ...looked.flatMap(({ indices, values }) => [indices, values]),
  ]);
  const results = await run(built, [loss, logits, ...wanted]);
  const gradients = new Map<string, Float32Array>();
  for (const { name, dims } of model.parameters) {
    const sum = new Float32Array(dims.reduce((a, b) => a * b, 1));
    const { dense = null, rows: looked = [] } = found.get(name) ?? {};
    if (dense !== null) floats(results[dense]).forEach((x, i) => (sum[i]! += x));
    for (const { indices, values } of looked) {
      const ids = graph.constants.get(indices) ?? feeds[indices] ?? results[indices]!;
      addRows(sum, Array.from(ids.data, Number), floats(results[values]));
    }
    gradients.set(name, sum);
  }
  return { loss: floats(results[loss])[0]!, logits: floats(results[logits]), gradients };
}

/** The logits of a batch's rows alone. */
export function atRows(
  { graph, logits, feeds }: Built,
  { positions, rowCount }: TrainingBatch,
): { graph: Graph; logits: string } {
  if (positions === null) return { graph, logits };
  feeds['positions'] = { type: 'int64', dims: [rowCount], data: positions };
  const rows = graph.input('positions', 'int64', [rowCount]);
  return { graph, logits: graph.node('Gather', [logits, rows]) };
}

function addRows(table: Float32Array, ids: readonly number[], rows: Float32Array): void {
  const width = rows.length / ids.length;
  ids.forEach((id, i) => {
    for (let j = 0; j < width; j++) table[id * width + j]! += rows[i * width + j]!;
  });
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type !== 'float32') throw new TypeError('a float32 result is missing');
  return tensor.data;
}
