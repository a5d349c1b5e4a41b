import { differentiate } from '../autodiff/differentiate.js';
import type { ParameterGradient } from '../autodiff/differentiate.js';
import { Graph, int } from '../graph/graph.js';
import { encodeModel } from '../graph/onnx.js';
import type { ParameterSlice } from '../graph/passes/attachDecoderLoss.js';
import { attachDecoderLoss, lowerDecoderLoss } from '../graph/passes/attachDecoderLoss.js';
import { attachLoss, lowerLoss } from '../graph/passes/attachLoss.js';
import { foldGelu, lowerErfGate } from '../graph/passes/foldGelu.js';
import { fuse } from '../graph/passes/fuse.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { prune } from '../graph/passes/prune.js';
import { addBertForMaskedLM } from './bert.js';
import type { BertConfig } from './bertConfig.js';
import type { ParameterTensor } from './bertParameters.js';
import { bertParameters } from './bertParameters.js';

/** The sizes a training graph is compiled for. */
export interface BatchShape {
  readonly batchSize: number;
  readonly length: number;
  readonly maskedCount: number;
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
const EXPORT_OPSET = 17;

/** Forward, loss and backward; parameters are inputs, gradients outputs. */
export function buildTrainingGraph(config: BertConfig, shape: BatchShape): TrainingGraph {
  const { graph, logits } = buildMaskedForward(config, shape);
  const { loss, slices } = attachDecoderLoss(graph, logits);
  foldGelu(graph);
  const parameters = [...bertParameters(config).map(({ name }) => name), ...slices.keys()];
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
  /** [maskedCount, 1] probability of each label. */
  readonly atLabel: string;
  /** [maskedCount, 1] most probable ids. */
  readonly predictions: string;
}

/** Forward, the labels' probabilities and the predictions. */
export function buildEvaluationGraph(config: BertConfig, shape: BatchShape): EvaluationGraph {
  const { graph, logits } = buildMaskedForward(config, shape);
  const { atLabel, probabilities } = attachLoss(graph, logits);
  lowerLoss(graph);
  const predictions = graph.node('ArgMax', [probabilities], { attributes: { axis: int(1) } });
  graph.outputs.push(atLabel, predictions);
  prune(graph);
  return { graph, atLabel, predictions };
}

/** Forward to the logits at the masked positions, [maskedCount, vocabulary]. */
export function buildLogitsGraph(
  config: BertConfig,
  shape: BatchShape,
): { graph: Graph; logits: string } {
  const { graph, logits } = buildMaskedForward(config, shape);
  graph.outputs.push(logits);
  prune(graph);
  return { graph, logits };
}

function buildMaskedForward(
  config: BertConfig,
  { batchSize, length, maskedCount, padded }: BatchShape,
): { graph: Graph; logits: string } {
  const graph = new Graph(TRAINING_OPSET);
  const inputIds = graph.input('input_ids', 'int64', [batchSize, length]);
  const attentionMask = padded ? graph.input('attention_mask', 'int64', [batchSize, length]) : null;
  const positions = graph.input('positions', 'int64', [maskedCount]);
  graph.uniqueIndices.add(positions);
  for (const { name, dims } of bertParameters(config)) graph.input(name, 'float32', dims);
  const inputs = {
    inputIds,
    attentionMask,
    tokenTypeIds: null,
    batch: batchSize,
    length,
    microBatches: countMicroBatches(batchSize, length),
  };
  const everywhere = addBertForMaskedLM(graph, config, inputs, (name) => name);
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

function dynamicGraph(config: BertConfig, parameters: ReadonlyMap<string, ParameterTensor>): Graph {
  const graph = new Graph(EXPORT_OPSET);
  for (const { name, dims } of bertParameters(config)) {
    graph.constant(name, { type: 'float32', dims, data: parameters.get(name)!.data });
  }
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'length']);
  graph.input('attention_mask', 'int64', ['batch', 'length']);
  for (const [axis, name] of ['batch', 'length'].entries()) {
    const attributes = { start: int(axis), end: int(axis + 1) };
    graph.symbols.set(name, graph.node('Shape', [inputIds], { attributes }));
  }
  return graph;
}

/**
 * A model for fill-mask: inputs `input_ids` and `attention_mask` [batch, length] and `positions`
 * [count], flat indices `row * length + column`; output `logits` [count, vocabulary]. Whatever
 * works position by position runs on the wanted positions only. All sizes are free.
 */
export function buildPredictionModel(
  config: BertConfig,
  parameters: ReadonlyMap<string, ParameterTensor>,
): Uint8Array {
  const graph = dynamicGraph(config, parameters);
  const positions = graph.input('positions', 'int64', ['count']);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: null,
    batch: 'batch',
    length: 'length',
  };
  const everywhere = addBertForMaskedLM(graph, config, inputs, (name) => name);
  const gathered = graph.node('Gather', [everywhere, positions]);
  gatherEarly(graph);
  const logits = graph.node('Identity', [gathered], { outputs: ['logits'] });
  graph.outputs.push(logits);
  prune(graph);
  return encodeModel(graph);
}

/**
 * The model as the hub lays it out: inputs `input_ids`, `attention_mask`, `token_type_ids`
 * [batch, length]; output `logits` [batch, length, vocabulary]. Standard operators only.
 */
export function buildExportModel(
  config: BertConfig,
  parameters: ReadonlyMap<string, ParameterTensor>,
): Uint8Array {
  const graph = dynamicGraph(config, parameters);
  const tokenTypeIds = graph.input('token_type_ids', 'int64', ['batch', 'length']);
  const inputs = {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds,
    batch: 'batch',
    length: 'length',
  };
  const flat = addBertForMaskedLM(graph, config, inputs, (name) => name);
  const shaped = graph.reshape(flat, ['batch', 'length', config.vocab_size]);
  const logits = graph.node('Identity', [shaped], { outputs: ['logits'] });
  graph.outputs.push(logits);
  prune(graph);
  return encodeModel(graph);
}
