import { differentiate } from '../../../src/core/autodiff/differentiate.js';
import type { RuleEntry } from '../../../src/core/autodiff/rule.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { encodeModel } from '../../../src/core/graph/onnx.js';
import { lowerDecoderLoss } from '../../../src/core/graph/passes/attachDecoderLoss.js';
import { lowerLoss } from '../../../src/core/graph/passes/attachLoss.js';
import { lowerErfGate } from '../../../src/core/graph/passes/foldGelu.js';
import { prune } from '../../../src/core/graph/passes/prune.js';
import { randomStream } from '../../../src/core/random.js';
import type { InferenceSession, Tensor } from '../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../src/node/onnxRuntime.js';
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
  return { type: 'float32', dims, data: randomFloats(random, size(dims), input.range) };
}

const isTrained = (input: CaseInput): boolean =>
  !('integers' in input) && !('booleans' in input) && input.trained !== false;

interface Built {
  readonly graph: Graph;
  readonly names: string[];
  readonly output: string;
}

/** The case's node, its operands float inputs (parameters among them) or constants. */
function build(testCase: GradientCase, tensors: readonly Tensor[]): Built {
  const graph = new Graph(testCase.opset);
  const names = tensors.map((tensor, i) =>
    tensor.type === 'float32'
      ? graph.input(`x${i}`, 'float32', tensor.dims)
      : graph.constant(`x${i}`, tensor),
  );
  if (testCase.uniqueIndices) names.forEach((name) => graph.uniqueIndices.add(name));
  // Through a copy, so that no operand is itself a parameter looked up by row.
  const operands = testCase.inputs.map((input, i) =>
    isTrained(input) ? graph.node('Identity', [names[i]!]) : names[i]!,
  );
  const [output = ''] = graph.nodeWithOutputs(testCase.op, operands, {
    domain: testCase.domain ?? '',
    attributes: testCase.attrs ?? {},
    outputCount: testCase.outputCount ?? 1,
  });
  return { graph, names, output };
}

async function createSession(graph: Graph): Promise<InferenceSession> {
  lowerLoss(graph);
  lowerDecoderLoss(graph);
  lowerErfGate(graph);
  prune(graph);
  return createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
}

/**
 * Compares <u, J v>, by central differences of the forward graph, with <Jᵀ u, v>, by the rule, for
 * random u and v. Returns the largest difference over several draws, relative to the largest value.
 */
export async function gradientError(
  testCase: GradientCase,
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
    const feeds = Object.fromEntries(forward.names.map((name, i) => [name, inputs[i]!]));
    const results = await session.run(feeds, { [forward.output]: null });
    return results[forward.output]!.data as Float32Array;
  };

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
    const gradients = await gradientsOf(testCase, tensors, trained, u, rules);
    let analytic = 0;
    trained.forEach((i, k) => {
      gradients[k]!.forEach((value, j) => (analytic += value * v[i]![j]!));
    });
    largest = Math.max(largest, Math.abs(numeric));
    error = Math.max(error, Math.abs(numeric - analytic));
  }
  await session.release();
  return error / Math.max(largest, 1e-3);
}

/** Jᵀ u for each trained operand: the gradients of <u, y>. */
async function gradientsOf(
  testCase: GradientCase,
  tensors: readonly Tensor[],
  trained: readonly number[],
  u: Float32Array,
  rules: ((op: string) => RuleEntry | undefined) | undefined,
): Promise<Float32Array[]> {
  const { graph, names, output } = build(testCase, tensors);
  const weights = graph.constant('u', { type: 'float32', dims: [1, u.length], data: u });
  const product = graph.node('MatMul', [weights, graph.reshape(output, [u.length, 1])]);
  const loss = graph.reshape(product, []);
  const parameters = trained.map((i) => names[i]!);
  const gradients = differentiate(graph, { loss, parameters, ...(rules && { rules }) });
  const wanted = parameters.map((name) => gradients.get(name)?.dense ?? '');
  graph.outputs.push(...wanted);
  const session = await createSession(graph);
  const feeds = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  const results = await session.run(feeds, Object.fromEntries(wanted.map((name) => [name, null])));
  await session.release();
  return wanted.map((name) => results[name]!.data as Float32Array);
}
