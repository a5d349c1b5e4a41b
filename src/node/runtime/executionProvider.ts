import { listSupportedBackends } from 'onnxruntime-node';
import { Graph } from '../../core/graph/graph.js';
import { int } from '../../core/graph/node.js';
import { encodeModel } from '../../core/graph/onnx.js';
import type { Runtime, SessionOptions, Tensor } from '../../core/ports.js';

export type ExecutionProvider = NonNullable<SessionOptions['executionProvider']>;

export interface ChosenProvider {
  readonly provider: ExecutionProvider;
  /** Why it is not the wanted one, for a person; null where it is. */
  readonly problem: string | null;
}

const SIZE = 16;
/** Devices may multiply with 10 bits of mantissa (TensorFloat-32). */
const TOLERANCE = 1e-2;

/**
 * Computes a softmax of a product on the wanted execution provider and checks the numbers. Whatever
 * goes wrong, a missing driver or a wrong result, leaves the CPU and says why.
 */
export async function chooseProvider(
  wanted: ExecutionProvider,
  runtime: Runtime,
): Promise<ChosenProvider> {
  if (wanted === 'cpu') return { provider: 'cpu', problem: null };
  const instead = (why: string): ChosenProvider => ({
    provider: 'cpu',
    problem: `${wanted} cannot be used on this machine, so the CPU is: ${why}`,
  });
  if (!listSupportedBackends().some(({ name }) => name === wanted)) {
    return instead(`ONNX Runtime for ${process.platform} does not come with it.`);
  }
  try {
    const [got, expected] = [await probe(wanted, runtime), await probe('cpu', runtime)];
    const error = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)));
    if (error < TOLERANCE) return { provider: wanted, problem: null };
    return instead(`a small product comes out wrong, by ${error}.`);
  } catch (thrown) {
    return instead(`ONNX Runtime says "${reasonOf(thrown)}".`);
  }
}

/** Without the place in ONNX Runtime's source and the condition that stand before some reasons. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.replace(/^\S+\.(?:cc|h):\d+ .*? was false\. /, '').replace(/\.$/, '');
}

async function probe(executionProvider: ExecutionProvider, runtime: Runtime): Promise<number[]> {
  const graph = new Graph(17);
  const dims = [SIZE, SIZE];
  const x = graph.input('x', 'float32', dims);
  const product = graph.node('Gemm', [x, x], { attributes: { transB: int(1) } });
  graph.outputs.push(graph.node('Softmax', [product], { attributes: { axis: int(-1) } }));
  const [output = ''] = graph.outputs;
  const session = await runtime.createSession(encodeModel(graph), {
    threads: 1,
    executionProvider,
  });
  try {
    const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(i) / 4);
    const results = await session.run({ x: { type: 'float32', dims, data } }, { [output]: null });
    return Array.from((results[output] as Extract<Tensor, { type: 'float32' }>).data);
  } finally {
    await session.release();
  }
}
