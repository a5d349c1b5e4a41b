import { differentiate } from '../../src/core/autodiff/differentiate.js';
import { Graph } from '../../src/core/graph/graph.js';
import { encodeModel } from '../../src/core/graph/onnx.js';
import { attachLoss, lowerLoss } from '../../src/core/graph/passes/attachLoss.js';
import { prune } from '../../src/core/graph/passes/prune.js';
import type { Model, ModelInputs, ParameterTensor } from '../../src/core/models/model.js';
import type { Tensor } from '../../src/core/ports.js';
import type { TrainingBatch } from '../../src/core/train/batch.js';
import { createOnnxRuntime } from '../../src/node/onnxRuntime.js';

export interface Gradients {
  readonly loss: number;
  /** [rowCount, outputSize] */
  readonly logits: Float32Array;
  /** By parameter; absent where the loss does not depend on one. */
  readonly gradients: Map<string, Float32Array>;
}

/** The model's forward graph for a batch, static sizes, with parameters as inputs. */
export async function forwardGraph(
  model: Model,
  batch: TrainingBatch,
  options: Pick<ModelInputs, 'microBatches' | 'dropout'> & { graph?: Graph } = {},
): Promise<{ graph: Graph; logits: string }> {
  const { graph = new Graph(20), ...inputs } = options;
  const { batchSize, length } = batch;
  const inputIds = graph.input('input_ids', 'int64', [batchSize, length]);
  const padded = batch.attentionMask.includes(0n);
  const typed = batch.tokenTypeIds !== null;
  const whole = (name: string): string => graph.input(name, 'int64', [batchSize, length]);
  for (const { name, dims } of model.parameters) graph.input(name, 'float32', dims);
  const everywhere = await model.addForward(
    graph,
    {
      inputIds,
      attentionMask: padded ? whole('attention_mask') : null,
      tokenTypeIds: typed ? whole('token_type_ids') : null,
      batch: batchSize,
      length,
      ...inputs,
    },
    (name) => name,
  );
  if (batch.positions === null) return { graph, logits: everywhere };
  const positions = graph.input('positions', 'int64', [batch.rowCount]);
  return { graph, logits: graph.node('Gather', [everywhere, positions]) };
}

/** Mean cross entropy of a batch and its gradients, without any engine. */
export async function computeGradients(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  batch: TrainingBatch,
  options: Pick<ModelInputs, 'microBatches'> = {},
): Promise<Gradients> {
  const { graph, logits } = await forwardGraph(model, batch, options);
  const { loss } = attachLoss(graph, logits);
  const names = model.parameters.map(({ name }) => name);
  const found = differentiate(graph, { loss, parameters: names });
  lowerLoss(graph);
  const dense = [...found.values()].flatMap((gradient) => gradient.dense ?? []);
  const rows = [...found.values()].flatMap((gradient) => gradient.rows);
  const outputs = new Set([loss, logits, ...dense, ...rows.map(({ values }) => values)]);
  graph.outputs.push(...outputs);
  prune(graph);

  const total = batch.weights.reduce((a, b) => a + b, 0);
  const { batchSize, length, rowCount } = batch;
  const ids = (data: BigInt64Array | null, dims: number[]): Tensor => {
    return { type: 'int64', dims, data: data ?? new BigInt64Array(0) };
  };
  const weights = batch.weights.map((weight) => weight / total);
  const inputs: Record<string, Tensor> = {
    input_ids: ids(batch.inputIds, [batchSize, length]),
    attention_mask: ids(batch.attentionMask, [batchSize, length]),
    token_type_ids: ids(batch.tokenTypeIds, [batchSize, length]),
    positions: ids(batch.positions, [rowCount]),
    labels: ids(batch.labels, [rowCount, 1]),
    weights: { type: 'float32', dims: [rowCount, 1], data: weights },
  };
  for (const [name, { dims, data }] of parameters) inputs[name] = { type: 'float32', dims, data };
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  const fed = Object.fromEntries(graph.inputs.map((name) => [name, inputs[name]!]));
  const results = await session.run(
    fed,
    Object.fromEntries(graph.outputs.map((name) => [name, null])),
  );
  await session.release();

  const floats = (name: string): Float32Array => results[name]!.data as Float32Array;
  const gradients = new Map<string, Float32Array>();
  for (const [name, { dense: sum, rows: looked }] of found) {
    const gradient =
      sum === null ? new Float32Array(parameters.get(name)!.data.length) : floats(sum);
    for (const { indices, values } of looked) {
      const places = (graph.constants.get(indices) ?? inputs[indices])!.data as BigInt64Array;
      const width = parameters.get(name)!.dims[1]!;
      floats(values).forEach((value, i) => {
        gradient[Number(places[Math.floor(i / width)]) * width + (i % width)]! += value;
      });
    }
    gradients.set(name, gradient);
  }
  return { loss: floats(loss)[0]!, logits: floats(logits), gradients };
}
