import { listSupportedBackends } from 'onnxruntime-node';
import { message, type Message } from '../../core/messages/message.js';
import { Graph } from '../../core/graph/graph.js';
import { int } from '../../core/graph/node.js';
import { encodeModel } from '../../core/graph/onnx.js';
import type { Runtime, SessionOptions, Tensor } from '../../core/ports.js';

export type ExecutionProvider = NonNullable<SessionOptions['executionProvider']>;

export interface ChosenProvider {
  readonly provider: ExecutionProvider;
  /** Reason for not using the requested provider, or `null` if it is used. */
  readonly problem: Message | null;
}

const SIZE = 16;
/** Tolerance for devices that multiply with a 10-bit mantissa (TensorFloat-32). */
const TOLERANCE = 1e-2;

/**
 * Tests the requested execution provider with a small computation. Falls back to the CPU, with the
 * reason, if a driver is missing or the result is wrong.
 */
export async function chooseProvider(
  wanted: ExecutionProvider,
  runtime: Runtime,
): Promise<ChosenProvider> {
  if (wanted === 'cpu') return { provider: 'cpu', problem: null };
  const instead = (reason: Message): ChosenProvider => ({
    provider: 'cpu',
    problem: message('models.providerUnavailable', { provider: wanted, reason }),
  });
  if (!listSupportedBackends().some(({ name }) => name === wanted)) {
    const { platform } = process;
    return instead(message('models.providerNotIncluded', { platform, provider: wanted }));
  }
  try {
    const [got, expected] = [await probe(wanted, runtime), await probe('cpu', runtime)];
    const error = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)));
    if (error < TOLERANCE) return { provider: wanted, problem: null };
    return instead(message('models.providerInaccurate', { error }));
  } catch (thrown) {
    return instead(message('models.providerFailed', { reason: reasonOf(thrown) }));
  }
}

/** Message of an error without the source location and condition that ONNX Runtime may prepend. */
function reasonOf(thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const line = said.replaceAll(/\s+/g, ' ').trim();
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
