import type { TrainingBatch } from '../../batches/batch.js';
import { lossNamed } from '../../batches/losses.js';
import type { Graph } from '../../graph/graph.js';
import { graphError } from '../../graph/node.js';
import { encodeModel } from '../../graph/onnx.js';
import type { ParameterSlice } from '../../graph/passes/attachDecoderLoss.js';
import { producers } from '../../graph/passes/rewrite.js';
import type { ParameterTensor } from '../../models/model.js';
import { headNamed } from '../../models/model.js';
import type { Runtime, Tensor } from '../../ports.js';
import { lossInputs } from '../engine/lossInputs.js';
import { initializeAdapter } from '../engine/trainedParameters.js';
import type { GraphPlan } from '../engine/trainingGraphs.js';
import { weightOf, type TrainedLoss } from './expectedResults.js';

/** Graphs of a run, and the values to run them with. */
export interface VerifiedRun {
  /** Without dropout. */
  readonly plan: GraphPlan;
  /** Values of the file. */
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  readonly batch: TrainingBatch;
  readonly runtime: Runtime;
}

/** Inputs of all graphs of a run; a session picks out its own. */
export function graphInputs(
  { plan, parameters, batch }: VerifiedRun,
  slices: ReadonlyMap<string, ParameterSlice>,
): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const [name, { dims, data }] of parameters) inputs[name] = { type: 'float32', dims, data };
  for (const adapter of plan.trained.adapters) {
    const [down, up] = initializeAdapter(adapter, 0);
    inputs[adapter.down.name] = { type: 'float32', dims: adapter.down.dims, data: down };
    inputs[adapter.up.name] = { type: 'float32', dims: adapter.up.dims, data: up };
  }
  for (const [name, { parameter, firstRow, rows }] of slices) {
    const { dims, data } = parameters.get(parameter)!;
    const width = data.length / dims[0]!;
    const part = data.subarray(firstRow * width, (firstRow + rows) * width);
    inputs[name] = { type: 'float32', dims: [rows, ...dims.slice(1)], data: part };
  }
  const term = lossNamed(plan.losses, batch.loss);
  const columns = headNamed(plan.model.heads, term.head).outputSize;
  Object.assign(inputs, lossInputs(batch, term, { total: weightOf(batch), columns }).inputs);
  const dims = [batch.batchSize, batch.length];
  inputs['input_ids'] = { type: 'int64', dims, data: batch.inputIds };
  inputs['attention_mask'] = { type: 'int64', dims, data: batch.attentionMask };
  if (batch.tokenTypeIds) {
    inputs['token_type_ids'] = { type: 'int64', dims, data: batch.tokenTypeIds };
  }
  if (batch.positions) {
    inputs['positions'] = { type: 'int64', dims: [batch.rowCount], data: batch.positions };
  }
  return inputs;
}

/** Runs an encoded graph as training does, and returns the wanted values. */
export async function runGraph(
  model: Uint8Array,
  {
    plan,
    runtime,
    inputs,
    wanted,
  }: Pick<VerifiedRun, 'plan' | 'runtime'> & {
    readonly inputs: Readonly<Record<string, Tensor>>;
    readonly wanted: readonly string[];
  },
): Promise<Record<string, Float32Array>> {
  const options = { threads: 1, memoryPattern: false, optimize: !plan.recompute };
  const session = await runtime.createSession(model, options);
  try {
    const outputs = Object.fromEntries(wanted.map((name) => [name, null]));
    const results = await session.run(inputs, outputs);
    return Object.fromEntries(wanted.map((name) => [name, results[name]!.data as Float32Array]));
  } finally {
    await session.release();
  }
}

/** Runs a graph of a run to its loss and to those of the rows, which it is Σ wᵢ ℓᵢ of. */
export async function runToLoss(
  run: VerifiedRun,
  { graph, loss, inputs }: { graph: Graph; loss: string; inputs: Record<string, Tensor> },
): Promise<TrainedLoss> {
  const made = producers(graph);
  const product = made.get(made.get(loss)?.inputs[0] ?? '');
  const [, rows = ''] = product?.op === 'MatMul' ? product.inputs : [];
  if (rows === '') throw graphError('loss', 'a weighted sum of losses', product?.op ?? 'none');
  graph.outputs.push(rows);
  const results = await runGraph(encodeModel(graph), { ...run, inputs, wanted: [loss, rows] });
  return { loss: results[loss]![0]!, rows: results[rows]! };
}
