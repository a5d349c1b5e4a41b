import { differentiate } from '../../../src/core/autodiff/differentiate.js';
import type { RuleEntry } from '../../../src/core/autodiff/rule.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { int } from '../../../src/core/graph/node.js';
import { encodeModel } from '../../../src/core/graph/onnx.js';
import { domainOf } from '../../../src/core/graph/ops.js';
import { lowerDecoderLoss } from '../../../src/core/graph/passes/attachDecoderLoss.js';
import { lowerLoss } from '../../../src/core/graph/passes/attachLoss.js';
import { lowerErfGate } from '../../../src/core/graph/passes/foldGelu.js';
import { prune } from '../../../src/core/graph/passes/prune.js';
import { randomStream } from '../../../src/core/random.js';
import type { InferenceSession, Tensor } from '../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import type { CaseInput, GradientCase } from './gradientCases.js';

const SEED = 20261123;
/** Steps of the central differences; Richardson extrapolation takes out their leading error. */
const STEPS = [4e-2, 2e-2] as const;
const DRAWS = 3;

const size = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

function randomFloats(
  random: () => number,
  count: number,
  [low, high]: readonly [number, number] = [-1, 1],
): Float32Array {
  return Float32Array.from({ length: count }, () => low + (high - low) * random());
}

function makeTensor(input: CaseInput, random: () => number): Tensor {
  const { dims } = input;
  if ('integers' in input) {
    return { type: 'int64', dims, data: BigInt64Array.from(input.integers, BigInt) };
  }
  if ('booleans' in input) return { type: 'bool', dims, data: Uint8Array.from(input.booleans) };
  const data = input.values
    ? Float32Array.from(input.values)
    : randomFloats(random, size(dims), input.range);
  return { type: 'float32', dims, data };
}

const isTrained = (input: CaseInput): boolean =>
  !('integers' in input) && !('booleans' in input) && input.given === undefined;

/** Whether the rule sees the operand's numbers, or only its shape. */
const isConstant = (input: CaseInput): boolean =>
  'integers' in input || 'booleans' in input ? input.given !== 'fed' : input.given === 'constant';

interface Built {
  readonly graph: Graph;
  readonly names: string[];
  readonly output: string;
}

/** A case of one operator, or of several that `make` adds. */
export type CheckedCase =
  | GradientCase
  | (Pick<GradientCase, 'name' | 'opset' | 'inputs'> & {
      readonly make: (graph: Graph, operands: readonly string[]) => string;
    });

/** The case's node, its operands inputs (parameters among them) or constants. */
function build(testCase: CheckedCase, tensors: readonly Tensor[]): Built {
  const graph = new Graph(testCase.opset);
  const names = tensors.map((tensor, i) => {
    const input = testCase.inputs[i]!;
    if ('absent' in input) return '';
    return isConstant(input)
      ? graph.constant(`x${i}`, tensor)
      : graph.input(`x${i}`, tensor.type, tensor.dims);
  });
  // Through a copy, so that no operand is itself a parameter looked up by row.
  const operands = testCase.inputs.map((input, i) =>
    isTrained(input) ? graph.node('Identity', [names[i]!]) : names[i]!,
  );
  if ('make' in testCase) return { graph, names, output: testCase.make(graph, operands) };
  if (testCase.uniqueIndices) names.forEach((name) => graph.uniqueIndices.add(name));
  const outputs = graph.append({
    op: testCase.op,
    domain: domainOf(testCase.op),
    inputs: operands,
    attributes: testCase.attrs ?? {},
    outputCount: testCase.outputCount ?? 1,
  });
  return { graph, names, output: testCase.everyOutput ? joined(graph, outputs) : outputs[0]! };
}

/** All outputs as one vector. */
function joined(graph: Graph, outputs: readonly string[]): string {
  const flat = outputs.map((output) => graph.reshape(output, [size(graph.staticDims(output))]));
  return graph.node('Concat', flat, { attributes: { axis: int(0) } });
}

async function createSession(graph: Graph): Promise<InferenceSession> {
  lowerLoss(graph);
  lowerDecoderLoss(graph);
  lowerErfGate(graph);
  prune(graph);
  return createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
}

function feedsOf(
  { graph, names }: Built,
  tensors: readonly Tensor[],
  others: Readonly<Record<string, Tensor>> = {},
): Record<string, Tensor> {
  const given = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  return Object.fromEntries(graph.inputs.map((name) => [name, others[name] ?? given[name]!]));
}

/**
 * Compares <u, J v>, by central differences of the forward graph, with <Jᵀ u, v>, by the rule, for
 * random u and v. Returns the largest difference over several draws, relative to the largest value.
 */
export async function gradientError(
  testCase: CheckedCase,
  rules?: (op: string) => RuleEntry | undefined,
): Promise<number> {
  const random = randomStream(SEED);
  const tensors = testCase.inputs.map((input) => makeTensor(input, random));
  const trained = testCase.inputs.flatMap((input, i) => (isTrained(input) ? [i] : []));
  const forward = build(testCase, tensors);
  const outputSize = size(forward.graph.staticDims(forward.output));
  forward.graph.outputs.push(forward.output);
  const session = await createSession(forward.graph);
  const evaluate = async (inputs: readonly Tensor[]): Promise<Float32Array> => {
    const feeds = feedsOf(forward, inputs);
    const results = await session.run(feeds, { [forward.output]: null });
    return results[forward.output]!.data as Float32Array;
  };

  const backward = await createBackward(testCase, tensors, rules);
  let largest = 0;
  let error = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const u = randomFloats(random, outputSize);
    const v = tensors.map((tensor) => randomFloats(random, size(tensor.dims)));
    const moved = (step: number): Tensor[] =>
      tensors.map((tensor, i) => {
        if (tensor.type !== 'float32' || !trained.includes(i)) return tensor;
        return { ...tensor, data: tensor.data.map((value, j) => value + step * v[i]![j]!) };
      });
    const slope = async (step: number): Promise<number> => {
      const [plus, minus] = [await evaluate(moved(step)), await evaluate(moved(-step))];
      return u.reduce((sum, w, i) => sum + w * (plus[i]! - minus[i]!), 0) / (2 * step);
    };
    const numeric = (4 * (await slope(STEPS[1])) - (await slope(STEPS[0]))) / 3;
    const gradients = await backward.gradients(u);
    let analytic = 0;
    trained.forEach((i, k) => {
      gradients[k]!.forEach((value, j) => (analytic += value * v[i]![j]!));
    });
    largest = Math.max(largest, Math.abs(numeric));
    error = Math.max(error, Math.abs(numeric - analytic));
  }
  await session.release();
  await backward.release();
  return error / Math.max(largest, 1e-3);
}

interface Backward {
  /** Jᵀ u for each trained operand: the gradients of <u, y>. */
  gradients(u: Float32Array): Promise<Float32Array[]>;
  release(): Promise<void>;
}

async function createBackward(
  testCase: CheckedCase,
  tensors: readonly Tensor[],
  rules: ((op: string) => RuleEntry | undefined) | undefined,
): Promise<Backward> {
  const built = build(testCase, tensors);
  const { graph, names, output } = built;
  const length = size(graph.staticDims(output));
  const weights = graph.input('u', 'float32', [1, length]);
  const product = graph.node('MatMul', [weights, graph.reshape(output, [length, 1])]);
  const loss = graph.reshape(product, []);
  const parameters = testCase.inputs.flatMap((input, i) => (isTrained(input) ? [names[i]!] : []));
  const gradients = differentiate(graph, { loss, parameters, ...(rules && { rules }) });
  const wanted = parameters.map((name) => gradients.get(name)?.dense ?? '');
  graph.outputs.push(...wanted);
  const session = await createSession(graph);
  return {
    gradients: async (data) => {
      const u: Tensor = { type: 'float32', dims: [1, length], data };
      const feeds = feedsOf(built, tensors, { u });
      const fetches = Object.fromEntries(wanted.map((name) => [name, null]));
      const results = await session.run(feeds, fetches);
      return wanted.map((name) => results[name]!.data as Float32Array);
    },
    release: () => session.release(),
  };
}
