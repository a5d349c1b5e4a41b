// Profiles training steps: reads a JSON task from stdin; prints where a step's time goes as JSON.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph } from '../../src/core/graph/graph.js';
import { encodeModel } from '../../src/core/graph/onnx.js';
import { createBatch, createEngine } from './trainEngine.js';
import type { TrainTask } from './trainTask.js';

export interface TrainProfile {
  readonly stepMs: number;
  /** Of the step, spent in matrix products. */
  readonly gemmShare: number;
  /** Floating-point operations of the step's matrix products, a second of the whole step. */
  readonly gigaflops: number;
  /** The same over the time spent in matrix products alone. */
  readonly gemmGigaflops: number;
  /** The fastest of several large square products, in the same process with the same threads. */
  readonly peakGigaflops: number;
  /** Shares of the step by operator, largest first; `outside the graph` is optimizer and copies. */
  readonly operators: readonly (readonly [string, number])[];
}

type ShapeByType = Readonly<Record<string, readonly number[]>>;

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly ShapeByType[];
    readonly output_type_shape?: readonly ShapeByType[];
  };
}

const GEMMS = new Set(['Gemm', 'MatMul', 'FusedMatMul', 'FusedGemm', 'TransposeMatMul']);
const WARM_UP = 3;
const STEPS = 8;

/** Multiplications and additions of a product, from the sizes of its operands and its result. */
function operations({ args }: TraceEvent): number {
  const dimsOf = (tensor: ShapeByType | undefined): readonly number[] =>
    Object.values(tensor ?? {})[0] ?? [];
  const size = (dims: readonly number[]): number => dims.reduce((x, y) => x * y, 1);
  const a = dimsOf(args?.input_type_shape?.[0]);
  const b = dimsOf(args?.input_type_shape?.[1]);
  const c = dimsOf(args?.output_type_shape?.[0]);
  // (mk)(kn)(mn) = (mnk)²; a batch of products counts three times in it, and should once.
  const batch = b.length > 2 ? size(c.slice(0, -2)) : 1;
  return 2 * Math.sqrt((size(a) * size(b) * size(c)) / batch);
}

async function main(kernelsPath: string): Promise<void> {
  const task = JSON.parse(await text(process.stdin)) as TrainTask;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-profile-'));
  const sessions: InferenceSession[] = [];
  const create = InferenceSession.create.bind(InferenceSession) as (
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>;
  const profiled = async (
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
  ): Promise<InferenceSession> => {
    const profileFilePrefix = path.join(folder, 'profile');
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix });
    sessions.push(session);
    return session;
  };
  Object.assign(InferenceSession, { create: profiled });

  const engine = await createEngine(task, kernelsPath);
  const batch = createBatch(task);
  for (let i = 0; i < WARM_UP; i++) await engine.step([batch], 1e-4);
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) await engine.step([batch], 1e-4);
  const stepMs = (performance.now() - start) / STEPS;
  sessions[0]!.endProfiling();

  const file = path.join(folder, readdirSync(folder)[0]!);
  const events = JSON.parse(readFileSync(file, 'utf8')) as TraceEvent[];
  const runs = events.filter(({ name }) => name === 'model_run').slice(WARM_UP);
  const timed = events.filter(({ cat, ts }) => cat === 'Node' && ts >= runs[0]!.ts);
  rmSync(folder, { recursive: true, force: true });

  const byOperator = new Map<string, number>();
  let flops = 0;
  let gemmMs = 0;
  for (const event of timed) {
    const operator = event.args?.op_name;
    if (operator === undefined || !event.name.endsWith('_kernel_time')) continue;
    const milliseconds = event.dur / 1000 / runs.length;
    byOperator.set(operator, (byOperator.get(operator) ?? 0) + milliseconds);
    if (!GEMMS.has(operator)) continue;
    gemmMs += milliseconds;
    flops += operations(event) / runs.length;
  }
  const inside = [...byOperator.values()].reduce((a, b) => a + b, 0);
  byOperator.set('outside the graph', Math.max(0, stepMs - inside));
  const profile: TrainProfile = {
    stepMs,
    gemmShare: gemmMs / stepMs,
    gigaflops: flops / stepMs / 1e6,
    gemmGigaflops: flops / gemmMs / 1e6,
    peakGigaflops: await peakGigaflops(create, task.threads),
    operators: [...byOperator]
      .map(([operator, milliseconds]) => [operator, milliseconds / stepMs] as const)
      .sort((a, b) => b[1] - a[1]),
  };
  console.log(JSON.stringify(profile));
}

async function peakGigaflops(
  create: (
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>,
  threads: number,
): Promise<number> {
  let best = 0;
  for (const size of [512, 1024, 2048]) {
    const graph = new Graph(20);
    const a = graph.input('a', 'float32', [size, size]);
    const b = graph.input('b', 'float32', [size, size]);
    graph.outputs.push(graph.node('MatMul', [a, b]));
    const session = await create(encodeModel(graph), { intraOpNumThreads: threads });
    const matrix = new Tensor('float32', new Float32Array(size * size).fill(0.5), [size, size]);
    for (let i = 0; i < 8; i++) {
      const start = performance.now();
      await session.run({ a: matrix, b: matrix });
      best = Math.max(best, (2 * size ** 3) / (performance.now() - start) / 1e6);
    }
    await session.release();
  }
  return best;
}

await main(process.argv[2]!);
