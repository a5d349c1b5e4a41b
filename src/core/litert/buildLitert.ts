import { inputError, modelError } from '../errors.js';
import { Graph } from '../graph/graph.js';
import type { GraphNode } from '../graph/node.js';
import { gatherEarly } from '../graph/passes/gatherEarly.js';
import { prune } from '../graph/passes/prune.js';
import { problem } from '../messages/message.js';
import type { Model, ParameterTensor } from '../models/model.js';
import type { Runtime } from '../ports.js';
import { foldConstants } from './foldConstants.js';
import type { LitertModel, LitertSubgraph } from './litertModel.js';
import { LOWERINGS } from './lowerings.js';
import { SubgraphBuilder } from './subgraphBuilder.js';
import { WeightPool } from './weightPool.js';

/** Opset of the graphs, which has an operator for the Gaussian error linear unit. */
const OPSET = 20;

export interface LitertOptions {
  /** Sequence lengths, each of which becomes a signature. */
  readonly lengths: readonly number[];
  /** Number of positions whose logits are computed; `null` for all. */
  readonly maskedRows: number | null;
  /** Whether matrices are stored as 8-bit integers with one scale per row. */
  readonly integers: boolean;
}

export interface LitertSource {
  readonly model: Model;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  /** Folder in errors. */
  readonly path: string;
  readonly runtime: Runtime;
}

/** Name of the signature for a sequence length. */
export const signatureName = (length: number): string => `length_${length}`;

/**
 * Builds a LiteRT model with one signature per sequence length. Inputs are int32: `input_ids`,
 * `attention_mask` and, if the family has them, `token_type_ids` [1, length], and with masked rows
 * `positions` [count]. Outputs are float32: `logits` [1, length, outputSize], [count, outputSize]
 * with masked rows, [1, outputSize] for a `sequence` head, and `logits.<name>` for each further head.
 *
 * @throws AppError `UserInput` for lengths that the model does not have, `Model` that names all
 * operators without a built-in counterpart.
 */
export async function buildLitert(
  source: LitertSource,
  options: LitertOptions,
): Promise<LitertModel> {
  requireSizes(source.model, options);
  const pool = new WeightPool();
  const subgraphs: LitertSubgraph[] = [];
  for (const length of options.lengths) {
    const { graph, outputs } = await staticGraph(source, length, options);
    subgraphs.push(lowered({ graph, outputs, pool, source, options, length }));
  }
  return { description: source.model.family, subgraphs, buffers: pool.buffers };
}

function requireSizes({ heads, maxLength }: Model, { lengths, maskedRows }: LitertOptions): void {
  const outside = lengths.find((length) => length < 1 || length > maxLength);
  if (outside !== undefined) {
    const sizes = { length: String(outside), longest: String(maxLength) };
    throw inputError(problem('models.litertLength', sizes));
  }
  if (maskedRows === null) return;
  if (heads[0].kind !== 'masked-lm') throw inputError(problem('models.litertMaskedRows'));
  const shortest = Math.min(...lengths);
  if (maskedRows < 1 || maskedRows > shortest) {
    const sizes = { rows: String(maskedRows), shortest: String(shortest) };
    throw inputError(problem('models.litertRowCount', sizes));
  }
}

/** Graph for one sequence of a fixed length, and its outputs by name. */
async function staticGraph(
  { model, parameters, runtime }: LitertSource,
  length: number,
  { maskedRows }: LitertOptions,
): Promise<{ graph: Graph; outputs: Map<string, string> }> {
  const graph = new Graph(OPSET);
  for (const { name, dims } of model.parameters) {
    graph.constant(name, { type: 'float32', dims, data: parameters.get(name)!.data });
  }
  const input = (name: string): string => graph.input(name, 'int64', [1, length]);
  const inputs = {
    inputIds: input('input_ids'),
    attentionMask: input('attention_mask'),
    tokenTypeIds: model.hasTokenTypes ? input('token_type_ids') : null,
    batch: 1,
    length,
  };
  const positions = maskedRows === null ? null : graph.input('positions', 'int64', [maskedRows]);
  const made = await model.addForward(graph, inputs, (name) => name);
  const outputs = new Map<string, string>();
  for (const [i, { name, kind, outputSize }] of model.heads.entries()) {
    const flat = made.logits(name);
    const shaped =
      kind === 'sequence'
        ? flat
        : kind === 'masked-lm' && positions !== null
          ? graph.node('Gather', [flat, positions])
          : graph.reshape(flat, [1, length, outputSize]);
    outputs.set(i === 0 ? 'logits' : `logits.${name}`, shaped);
  }
  graph.outputs.push(...outputs.values());
  prune(graph);
  if (positions !== null) gatherEarly(graph);
  await foldConstants(graph, runtime);
  return { graph, outputs };
}

interface Lowered {
  readonly graph: Graph;
  readonly outputs: ReadonlyMap<string, string>;
  readonly pool: WeightPool;
  readonly source: LitertSource;
  readonly options: LitertOptions;
  readonly length: number;
}

function lowered({ graph, outputs, pool, source, options, length }: Lowered): LitertSubgraph {
  const missing = graph.nodes.filter(({ op, domain }) => domain !== '' || !LOWERINGS.has(op));
  if (missing.length > 0) throw unsupported(source.path, missing);
  const builder = new SubgraphBuilder(graph, pool, options.integers);
  for (const node of graph.nodes) {
    if (!LOWERINGS.get(node.op)!(builder, node)) throw unsupported(source.path, [node]);
  }
  return builder.finish(signatureName(length), outputs);
}

function unsupported(path: string, nodes: readonly GraphNode[]): Error {
  const list = [...new Set(nodes.map(({ op }) => op))].sort();
  return modelError(
    path,
    problem('models.litertUnsupported', { operators: { list, join: 'and' } }),
  );
}
