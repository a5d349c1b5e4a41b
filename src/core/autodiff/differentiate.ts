import { AppError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { GraphNode } from '../graph/node.js';
import { graphError } from '../graph/node.js';
import { GradientSums } from './accumulate.js';
import type { RowGradient, RuleEntry } from './rule.js';
import { ruleFor } from './rules/ruleTable.js';

/** Gradient of a parameter in the graph: a dense sum, rows still to be added, or both. */
export interface ParameterGradient {
  readonly dense: string | null;
  readonly rows: readonly RowGradient[];
}

export interface DifferentiateOptions {
  /** A scalar value of the graph. */
  readonly loss: string;
  /** Inputs or constants to differentiate with respect to. */
  readonly parameters: readonly string[];
  /** Looks up the rule of an op. Default: the built-in table. */
  readonly rules?: (op: string) => RuleEntry | undefined;
}

/**
 * Appends nodes that compute d loss / d parameter for every parameter to a forward graph
 * (reverse-mode differentiation; all sizes must be static). A parameter that the loss does not
 * depend on is absent from the result.
 *
 * @throws AppError `UnsupportedOp` with all ops that have no rule for their form, before anything
 * is added; `Graph` if a rule returns a gradient whose shape differs from its input.
 */
export function differentiate(
  graph: Graph,
  { loss, parameters, rules = ruleFor }: DifferentiateOptions,
): Map<string, ParameterGradient> {
  const { path, trained, varying, uncovered } = plan(graph, { loss, parameters, rules });
  if (uncovered.length > 0) {
    const ops = uncovered.map((node) => ({
      op: node.op,
      opset: opsetOf(graph, node),
      node: node.name,
    }));
    throw new AppError({ code: 'UnsupportedOp', details: { ops } });
  }

  const gradients = new GradientSums(graph);
  gradients.add(loss, graph.scalar(1));
  const rows = new Map<string, RowGradient[]>();
  for (const node of path.toReversed()) {
    const dY = node.outputs.map((output) => gradients.of(output));
    const entry = rules(node.op);
    if (entry?.kind !== 'rule' || dY.every((gradient) => gradient === null)) continue;
    const dX = entry.rule({
      graph,
      node,
      dY,
      needs: (i) => varying.has(node.inputs[i] ?? ''),
      acceptsRows: (i) => trained.has(node.inputs[i] ?? ''),
    });
    if (dX.length !== node.inputs.length) {
      throw graphError(node.op, `${node.inputs.length} gradients`, `${dX.length} from its rule`);
    }
    node.inputs.forEach((input, i) => {
      const gradient = dX[i];
      if (gradient == null || !varying.has(input)) return;
      if (typeof gradient === 'string') {
        requireSameShape(graph, node, input, gradient);
        gradients.add(input, gradient);
      } else {
        append(rows, input, gradient);
      }
    });
  }

  const result = new Map<string, ParameterGradient>();
  for (const name of parameters) {
    const dense = gradients.of(name);
    const looked = rows.get(name) ?? [];
    if (dense !== null || looked.length > 0) result.set(name, { dense, rows: looked });
  }
  return result;
}

/**
 * Nodes between the parameters and a value that have no rule for their form, which `differentiate`
 * would refuse. Does not change the graph.
 */
export function unsupportedNodes(graph: Graph, options: DifferentiateOptions): GraphNode[] {
  return plan(graph, options).uncovered;
}

interface Plan {
  readonly trained: ReadonlySet<string>;
  /** Nodes that depend on a parameter and that the loss depends on, in order. */
  readonly path: readonly GraphNode[];
  /** Values that need gradients. */
  readonly varying: ReadonlySet<string>;
  /** Nodes of the path without a rule for their form. */
  readonly uncovered: GraphNode[];
}

function plan(graph: Graph, { loss, parameters, rules = ruleFor }: DifferentiateOptions): Plan {
  const trained = new Set(parameters);
  const path = nodesBetween(graph, trained, loss, rules);
  const varying = new Set([...trained, ...path.flatMap((node) => differentiable(graph, node))]);
  const read = new Set([loss, ...path.flatMap((node) => node.inputs)]);
  const uncovered = path.filter((node) => {
    const entry = rules(node.op);
    if (entry?.kind !== 'rule') return true;
    const opset = opsetOf(graph, node);
    if (opset < entry.opsets[0] || opset > entry.opsets[1]) return true;
    const others = differentiable(graph, node).filter((output) => output !== node.outputs[0]);
    if (entry.everyOutput !== true && others.some((output) => read.has(output))) return true;
    const needs = (i: number): boolean => varying.has(node.inputs[i] ?? '');
    return entry.supports?.({ graph, node, needs }) === false;
  });
  return { trained, path, varying, uncovered };
}

/** Outputs with gradients: integers and truth values have none. */
function differentiable(graph: Graph, node: GraphNode): string[] {
  return node.outputs.filter((output) => {
    const type = graph.values.get(output)?.type ?? 'float32';
    return type === 'float32' || type === 'float16';
  });
}

/** Nodes that depend on a parameter and that the loss depends on, in order. */
function nodesBetween(
  graph: Graph,
  trained: ReadonlySet<string>,
  loss: string,
  rules: (op: string) => RuleEntry | undefined,
): GraphNode[] {
  const varying = new Set(trained);
  const candidates = graph.nodes.filter((node) => {
    const depends = node.inputs.some((input) => varying.has(input));
    if (!depends || rules(node.op)?.kind === 'zero') return false;
    const outputs = differentiable(graph, node);
    outputs.forEach((output) => varying.add(output));
    return outputs.length > 0;
  });
  const wanted = new Set([loss]);
  const path: GraphNode[] = [];
  for (const node of candidates.reverse()) {
    if (!differentiable(graph, node).some((output) => wanted.has(output))) continue;
    node.inputs.filter((input) => varying.has(input)).forEach((input) => wanted.add(input));
    path.push(node);
  }
  return path.reverse();
}

function opsetOf(graph: Graph, node: GraphNode): number {
  return node.domain === '' ? graph.opset : 1;
}

function requireSameShape(graph: Graph, node: GraphNode, input: string, gradient: string): void {
  const expected = graph.info(input);
  const got = graph.info(gradient);
  const same =
    expected.type === got.type &&
    expected.dims.length === got.dims.length &&
    expected.dims.every((dim, i) => dim === got.dims[i]);
  if (!same) {
    throw graphError(
      node.op,
      `a gradient ${expected.type}[${expected.dims.join(', ')}] for ${input}`,
      `${got.type}[${got.dims.join(', ')}]`,
    );
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
