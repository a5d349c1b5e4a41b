import { differentiate } from '../autodiff/differentiate.js';
import type { ParameterGradient } from '../autodiff/differentiate.js';
import { Graph, int } from '../graph/graph.js';
import type { ParameterSlice } from '../graph/passes/attachDecoderLoss.js';
import { attachDecoderLoss, lowerDecoderLoss } from '../graph/passes/attachDecoderLoss.js';
import { attachLoss, lowerLoss } from '../graph/passes/attachLoss.js';
import { foldGelu, lowerErfGate } from '../graph/passes/foldGelu.js';
import { fuse } from '../graph/passes/fuse.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { prune } from '../graph/passes/prune.js';
import type { Model } from '../models/model.js';

/** The sizes a training graph is compiled for. */
export interface BatchShape {
  readonly batchSize: number;
  readonly length: number;
  readonly rowCount: number;
  /** False for a batch without padding, whose graph needs no attention mask. */
  readonly padded: boolean;
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly loss: string;
  /** By parameter, and by input for slices of parameters. */
  readonly gradients: ReadonlyMap<string, ParameterGradient>;
  /** Inputs that stand for rows of a parameter. */
  readonly slices: ReadonlyMap<string, ParameterSlice>;
}

const TRAINING_OPSET = 20;

/** Forward, loss and backward; parameters are inputs, gradients outputs. */
export async function buildTrainingGraph(model: Model, shape: BatchShape): Promise<TrainingGraph> {
  const { graph, logits } = await buildForward(model, shape);
  const { loss, slices } = attachDecoderLoss(graph, logits);
  foldGelu(graph);
  const parameters = [...model.parameters.map(({ name }) => name), ...slices.keys()];
  const gradients = differentiate(graph, { loss, parameters });
  lowerDecoderLoss(graph);
  lowerErfGate(graph);
  graph.outputs.push(loss);
  const outputs = new Set<string>();
  for (const { dense, rows } of gradients.values()) {
    if (dense !== null) outputs.add(dense);
    for (const { values } of rows) outputs.add(values);
  }
  graph.outputs.push(...outputs);
  fuse(graph);
  prune(graph);
  return { graph, loss, gradients, slices };
}

export interface EvaluationGraph {
  readonly graph: Graph;
  /** [rowCount, 1] probability of each label. */
  readonly atLabel: string;
  /** [rowCount, 1] most probable ids. */
  readonly predictions: string;
}

/** Forward, the labels' probabilities and the predictions. */
export async function buildEvaluationGraph(
  model: Model,
  shape: BatchShape,
): Promise<EvaluationGraph> {
  const { graph, logits } = await buildForward(model, shape);
  const { atLabel, probabilities } = attachLoss(graph, logits);
  lowerLoss(graph);
  const predictions = graph.node('ArgMax', [probabilities], { attributes: { axis: int(1) } });
  graph.outputs.push(atLabel, predictions);
  prune(graph);
  return { graph, atLabel, predictions };
}

/** Forward to the logits at the masked positions, [rowCount, vocabulary]. */
export async function buildLogitsGraph(
  model: Model,
  shape: BatchShape,
): Promise<{ graph: Graph; logits: string }> {
  const { graph, logits } = await buildForward(model, shape);
  graph.outputs.push(logits);
  prune(graph);
  return { graph, logits };
}

async function buildForward(
  model: Model,
  { batchSize, length, rowCount, padded }: BatchShape,
): Promise<{ graph: Graph; logits: string }> {
  const graph = new Graph(TRAINING_OPSET);
  const inputIds = graph.input('input_ids', 'int64', [batchSize, length]);
  const attentionMask = padded ? graph.input('attention_mask', 'int64', [batchSize, length]) : null;
  const positions = graph.input('positions', 'int64', [rowCount]);
  graph.uniqueIndices.add(positions);
  for (const { name, dims } of model.parameters) graph.input(name, 'float32', dims);
  const inputs = {
    inputIds,
    attentionMask,
    tokenTypeIds: null,
    batch: batchSize,
    length,
    microBatches: countMicroBatches(batchSize, length),
  };
  const everywhere = await model.addForward(graph, inputs, (name) => name);
  const logits = graph.node('Gather', [everywhere, positions]);
  gatherEarly(graph);
  return { graph, logits };
}

/**
 * Rows of a micro-batch: more do not fit the cache; fewer leave several threads too little to share
 * (with two, BERT-mini steps of 2048 rows take 291 ms whole and 311 ms in four pieces).
 */
const MICRO_BATCH_ROWS = 2048;

/** The largest divisor of the batch that leaves micro-batches of at least `MICRO_BATCH_ROWS`. */
function countMicroBatches(batchSize: number, length: number): number {
  let count = Math.max(1, Math.min(batchSize, Math.floor((batchSize * length) / MICRO_BATCH_ROWS)));
  while (batchSize % count !== 0) count--;
  return count;
}
