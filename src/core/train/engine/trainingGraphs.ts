import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import { differentiate } from '../../autodiff/differentiate.js';
import type { ParameterGradient } from '../../autodiff/differentiate.js';
import { Graph } from '../../graph/graph.js';
import { floatAttribute, intAttribute } from '../../graph/attributes.js';
import { graphError, int } from '../../graph/node.js';
import { addAdapters } from '../../graph/passes/addAdapters.js';
import type { ParameterSlice } from '../../graph/passes/attachDecoderLoss.js';
import { attachDecoderLoss, lowerDecoderLoss } from '../../graph/passes/attachDecoderLoss.js';
import { addLogitOffsets } from '../../graph/passes/addLogitOffsets.js';
import { cutAtFeatures, findFeatures, type FeatureCut } from '../../graph/passes/cutAtFeatures.js';
import { attachHeadLoss } from '../../graph/passes/attachHeadLoss.js';
import { attachLoss, lowerLoss } from '../../graph/passes/attachLoss.js';
import { foldGelu, lowerErfGate } from '../../graph/passes/foldGelu.js';
import { fuse } from '../../graph/passes/fuse.js';
import { gatherEarly } from '../../graph/passes/gatherEarly.js';
import type { PassObserver } from '../../graph/passes/passObserver.js';
import { recompute } from '../../graph/passes/recompute.js';
import { prune } from '../../graph/passes/prune.js';
import { producers } from '../../graph/passes/rewrite.js';
import type { Model } from '../../models/model.js';
import { headNamed } from '../../models/model.js';
import type { LossKind, LossTerms } from '../../batches/losses.js';
import { lossNamed } from '../../batches/losses.js';
import type { TrainedParameters } from './trainedParameters.js';

/** The sizes a training graph is compiled for. */
export interface BatchShape {
  readonly batchSize: number;
  readonly length: number;
  readonly rowCount: number;
  /** False for a batch without padding, whose graph needs no attention mask. */
  readonly padded: boolean;
  /** False for token type 0 everywhere. */
  readonly typed: boolean;
  /** Whether training adds constants to the logits. */
  readonly offset: boolean;
  /** Name of the batch's loss; the first unless given. */
  readonly loss?: string;
}

/** Inputs of graph building, except the batch shape. */
export interface GraphPlan {
  readonly model: Model;
  readonly losses: LossTerms;
  readonly trained: TrainedParameters;
  readonly dropout: boolean;
  /** Whether the backward pass computes activations again instead of keeping them. */
  readonly recompute: boolean;
  /**
   * Whether graphs read the input `FEATURES` in place of tokens: values of the frozen part of the model,
   * which `buildFeaturesGraph` computes. Default: false.
   */
  readonly fromFeatures?: boolean;
  /** Called after each pass; absent unless a wrong pass is searched for. */
  readonly observe?: PassObserver;
}

/** Input with the features of a batch, [rowCount, …]. */
export const FEATURES = 'features';

/** A bool input that drops values: 1 where one is kept, with probability 1 - `rate`. */
export interface DropoutMask {
  readonly name: string;
  readonly dims: readonly number[];
  readonly rate: number;
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly loss: string;
  /** By parameter, and by input for slices of parameters. */
  readonly gradients: ReadonlyMap<string, ParameterGradient>;
  /** Inputs that stand for rows of a parameter. */
  readonly slices: ReadonlyMap<string, ParameterSlice>;
  readonly dropoutMasks: readonly DropoutMask[];
}

const TRAINING_OPSET = 20;

/** Forward, loss and backward; parameters are inputs, gradients of the trained ones outputs. */
export async function buildTrainingGraph(
  plan: GraphPlan,
  shape: BatchShape,
): Promise<TrainingGraph> {
  const { graph, logits, dropoutMasks } = await buildForward(plan, shape, plan.dropout);
  const compared = shape.offset ? addLogitOffsets(graph, logits) : logits;
  const { loss, slices } = addLoss(graph, compared, lossNamed(plan.losses, shape.loss).kind);
  const observed = (pass: string): void =>
    plan.observe?.(pass, graph, { value: loss, holds: 'loss' });
  observed('attachLoss');
  foldGelu(graph);
  observed('foldGelu');
  const { names, adapters } = plan.trained;
  const parameters = [
    ...names,
    ...adapters.flatMap(({ down, up }) => [down.name, up.name]),
    ...[...slices].filter(([, { parameter }]) => names.has(parameter)).map(([name]) => name),
  ];
  const gradients = differentiate(graph, { loss, parameters });
  for (const [pass, lowered] of Object.entries({ lowerDecoderLoss, lowerLoss, lowerErfGate })) {
    lowered(graph);
    observed(pass);
  }
  graph.outputs.push(loss);
  const outputs = new Set<string>();
  for (const { dense, rows } of gradients.values()) {
    if (dense !== null) outputs.add(dense);
    for (const { indices, values } of rows) {
      outputs.add(values);
      // Computed ones (positions counted from the mask, say) are read like the rows.
      if (!graph.constants.has(indices) && !graph.inputs.includes(indices)) outputs.add(indices);
    }
  }
  graph.outputs.push(...outputs);
  prune(graph);
  if (plan.recompute) recompute(graph, { loss });
  observed('recompute');
  fuse(graph);
  prune(graph);
  observed('fuse');
  return { graph, loss, gradients, slices, dropoutMasks };
}

/** Loss that a graph computes: a divergence is a cross entropy but for a constant. */
export function graphLossOf<Kind extends LossKind>(
  kind: Kind,
): Exclude<Kind, 'klDivergence'> | 'crossEntropy' {
  // The targets' own entropy has no gradient.
  return kind === 'klDivergence' ? 'crossEntropy' : (kind as Exclude<Kind, 'klDivergence'>);
}

function addLoss(
  graph: Graph,
  logits: string,
  kind: LossKind,
): { loss: string; slices: ReadonlyMap<string, ParameterSlice> } {
  if (kind !== 'vocabularyCrossEntropy') {
    return { loss: attachHeadLoss(graph, logits, graphLossOf(kind)), slices: new Map() };
  }
  if (endsInDecoder(graph, logits)) return attachDecoderLoss(graph, logits);
  return { loss: attachLoss(graph, logits).loss, slices: new Map() };
}

/**
 * True for logits that are a product with a whole parameter, plus one, and nothing else: these come
 * in slices.
 */
function endsInDecoder(graph: Graph, logits: string): boolean {
  const gemm = producers(graph).get(logits);
  const operands = gemm?.inputs.slice(1) ?? [];
  return (
    gemm?.op === 'Gemm' &&
    intAttribute(gemm, 'transA', 0) === 0 &&
    intAttribute(gemm, 'transB', 0) === 1 &&
    floatAttribute(gemm, 'alpha', 1) === 1 &&
    floatAttribute(gemm, 'beta', 1) === 1 &&
    operands.length === 2 &&
    operands.every((name) => graph.inputs.includes(name)) &&
    graph.info(operands[1]!).dims.length === 1
  );
}

export interface EvaluationGraph {
  readonly graph: Graph;
  /** [rowCount, 1] probability of each label. */
  readonly atLabel: string;
  /** [rowCount, 1] most probable ids. */
  readonly predictions: string;
}

/** Forward, the labels' probabilities and the predictions, for a vocabulary. */
export async function buildEvaluationGraph(
  plan: GraphPlan,
  shape: BatchShape,
): Promise<EvaluationGraph> {
  const { graph, logits } = await buildForward(plan, shape, false);
  const { atLabel, probabilities } = attachLoss(graph, logits);
  lowerLoss(graph);
  const predictions = graph.node('ArgMax', [probabilities], { attributes: { axis: int(1) } });
  graph.outputs.push(atLabel, predictions);
  prune(graph);
  return { graph, atLabel, predictions };
}

/** Forward to the logits of the rows with a target, [rowCount, outputSize]. */
export async function buildLogitsGraph(
  plan: GraphPlan,
  shape: BatchShape,
): Promise<{ graph: Graph; logits: string }> {
  const { graph, logits } = await buildForward(plan, shape, false);
  graph.outputs.push(logits);
  prune(graph);
  return { graph, logits };
}

interface Forward {
  readonly graph: Graph;
  readonly logits: string;
  readonly dropoutMasks: readonly DropoutMask[];
}

async function buildForward(
  plan: GraphPlan,
  { batchSize, length, rowCount, padded, typed, loss }: BatchShape,
  withDropout: boolean,
): Promise<Forward> {
  const { model, losses, trained, recompute: isRepeated, observe } = plan;
  const graph = new Graph(TRAINING_OPSET);
  const tokens = [batchSize, length];
  const inputIds = graph.input('input_ids', 'int64', tokens);
  const attentionMask = padded ? graph.input('attention_mask', 'int64', tokens) : null;
  const tokenTypeIds = typed ? graph.input('token_type_ids', 'int64', tokens) : null;
  const dropoutMasks: DropoutMask[] = [];
  const dropout = (x: string, rate: number): string => {
    if (rate === 0) return x;
    const mask = { name: `dropout:${dropoutMasks.length}`, dims: graph.staticDims(x), rate };
    dropoutMasks.push(mask);
    graph.input(mask.name, 'bool', mask.dims);
    const scaled = graph.node('Mul', [x, graph.scalar(1 / (1 - rate))]);
    return graph.node('Where', [mask.name, scaled, graph.scalar(0)]);
  };
  for (const { name, dims } of model.parameters) graph.input(name, 'float32', dims);
  for (const { down, up } of trained.adapters) {
    for (const { name, dims } of [down, up]) graph.input(name, 'float32', dims);
  }
  const head = headNamed(model.heads, lossNamed(losses, loss).head);
  const outputs = await model.addForward(
    graph,
    {
      inputIds,
      attentionMask,
      tokenTypeIds,
      batch: batchSize,
      length,
      // Slices of a batch are alive side by side: no single value carries all.
      microBatches: isRepeated ? 1 : countMicroBatches(batchSize, length),
      ...(withDropout && { dropout }),
      ...(observe && { observe }),
    },
    (name) => name,
  );
  const everywhere = outputs.logits(head.name);
  if (withDropout && dropoutMasks.length === 0) requireDropout(model);
  let logits = everywhere;
  if (head.kind !== 'sequence') {
    const positions = graph.input('positions', 'int64', [rowCount]);
    graph.uniqueIndices.add(positions);
    logits = graph.node('Gather', [everywhere, positions]);
    gatherEarly(graph);
    observe?.('gatherEarly', graph, { value: logits, holds: 'rows' });
  }
  addAdapters(
    graph,
    trained.adapters.map(({ weight, down, up, scale }) => {
      return { weight, down: down.name, up: up.name, scale };
    }),
  );
  observe?.('addAdapters', graph, { value: logits, holds: 'rows' });
  if (plan.fromFeatures === true) cutAtFeatures(graph, featuresIn(plan, graph, logits), FEATURES);
  return { graph, logits, dropoutMasks };
}

function featuresIn(plan: GraphPlan, graph: Graph, logits: string): FeatureCut {
  const found = findFeaturesOf(plan, { graph, logits });
  if (found !== null) return found;
  throw graphError('logits', 'features that only trained parameters follow', 'none');
}

function findFeaturesOf(
  { model, trained }: Pick<GraphPlan, 'model' | 'trained'>,
  { graph, logits }: { readonly graph: Graph; readonly logits: string },
): FeatureCut | null {
  return findFeatures(graph, {
    result: logits,
    rowCount: graph.staticDims(logits)[0]!,
    trained: trained.names,
    parameters: new Set(model.parameters.map(({ name }) => name)),
  });
}

/**
 * Forward without dropout to the values that the trained output layer reads, [rowCount, …]; `null` if
 * the model has no such values.
 */
export async function buildFeaturesGraph(
  plan: GraphPlan,
  shape: BatchShape,
): Promise<{ graph: Graph; features: string } | null> {
  const { graph, logits } = await buildForward({ ...plan, fromFeatures: false }, shape, false);
  const found = findFeaturesOf(plan, { graph, logits });
  if (found === null) return null;
  graph.outputs.push(found.features);
  prune(graph);
  return { graph, features: found.features };
}

function requireDropout(model: Model): never {
  throw inputError(problem('training.noDropout', { family: model.family }));
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
