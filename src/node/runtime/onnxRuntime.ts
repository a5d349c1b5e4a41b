import { InferenceSession as OrtSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { inputError, modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type {
  InferenceSession,
  ModelSource,
  Runtime,
  SessionOptions,
  Tensor,
} from '../../core/ports.js';

/**
 * Creates an ONNX Runtime that uses the CPU by default. A run blocks the calling thread, so only the
 * trainer, the model server and the command line use it.
 */
export function createOnnxRuntime(): Runtime {
  return { createSession };
}

/**
 * Whether the C library is configured to keep freed memory for the next allocation. If so, sessions
 * share that memory instead of each keeping an arena, which is as fast and halves the memory of a
 * training run with six sequence lengths.
 */
function allocatorKeepsFreedMemory(): boolean {
  return process.platform === 'linux' && process.env['MALLOC_TRIM_THRESHOLD_'] !== undefined;
}

async function createSession(
  model: ModelSource,
  options: SessionOptions,
): Promise<OrtBackedSession> {
  const linked = model instanceof Uint8Array ? null : (model.linked ?? null);
  const source = model instanceof Uint8Array ? model : (linked?.bytes ?? model.file);
  // The package declares one signature for paths and one for bytes.
  const session = await OrtSession.create(source as Uint8Array, {
    executionProviders: [options.executionProvider ?? 'cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: !allocatorKeepsFreedMemory(),
    enableMemPattern: options.memoryPattern ?? true,
    graphOptimizationLevel: (options.optimize ?? true) ? 'all' : 'disabled',
    logSeverityLevel: 3,
    ...(linked !== null && {
      externalData: [...linked.external].map(([path, data]) => ({ path, data })),
    }),
    extra: nest({
      // In long runs, threads that spin save no time and take a core from other programs.
      'session.intra_op.allow_spinning': options.spins === true ? '1' : '0',
      'session.force_spinning_stop': '1',
      // Otherwise integers with scales are left for operators that compute with integers.
      ...(linked?.widensWeights === true && { 'session.disable_quant_qdq': '1' }),
      ...options.config,
    }),
  }).catch((thrown: unknown) => {
    const told = problem('models.notLoadable', { reason: reasonOf(thrown) });
    throw model instanceof Uint8Array
      ? inputError(told, { cause: thrown })
      : modelError(model.file, told, thrown);
  });
  return new OrtBackedSession(session);
}

/** Longest reason of the runtime that is shown; some list the whole graph. */
const LONGEST_REASON = 500;

function reasonOf(thrown: unknown): string {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}

class OrtBackedSession implements InferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  constructor(private readonly session: OrtSession) {
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(
    inputs: Readonly<Record<string, Tensor>>,
    outputs: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    const feeds: Record<string, OrtTensor> = {};
    for (const name of this.inputNames) {
      const tensor = inputs[name];
      if (!tensor) throw new TypeError(`input ${name} is missing`);
      feeds[name] = toOrt(tensor);
    }
    const fetches: Record<string, OrtTensor | null> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      fetches[name] = tensor && toOrt(tensor);
    }
    const given = Object.values(outputs);
    const isInPlace = given.length > 0 && given.every((tensor) => tensor !== null);
    const run = isInPlace ? this.runInPlace(feeds, fetches) : this.session.run(feeds, fetches);
    const results = await run.catch((thrown: unknown) => {
      const told = problem('models.notRunnable', { reason: reasonOf(thrown) });
      throw inputError(told, { cause: thrown });
    });
    const tensors: Record<string, Tensor> = {};
    for (const [name, given] of Object.entries(outputs)) {
      tensors[name] = given ?? fromOrt(results[name]!);
    }
    return tensors;
  }

  release(): Promise<void> {
    return this.session.release();
  }

  /**
   * Runs with a tensor for every output. ONNX Runtime writes into these tensors; then the binding
   * copies each of them into a new buffer, 440 MB per step of BERT-base. It assigns the copies to
   * an object by name, so a setter of that name, which exists only during the call, stops it after
   * the first one. A binding that works otherwise is slower and just as correct.
   */
  private async runInPlace(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<Record<string, OrtTensor>> {
    const first = this.outputNames.find((name) => name in fetches)!;
    const computed = new Error('All outputs are computed.');
    const remove = (): void => {
      Reflect.deleteProperty(Object.prototype, first);
    };
    const set = (): never => {
      remove();
      throw computed;
    };
    // The session queues its call between these two.
    setImmediate(() => Object.defineProperty(Object.prototype, first, { configurable: true, set }));
    const run = this.session.run(feeds, fetches);
    setImmediate(remove);
    return run.finally(remove).catch((thrown: unknown) => {
      if (thrown === computed) return {};
      throw thrown;
    });
  }
}

/** ONNX Runtime tensors of tensors that are reused at every step. */
const known = new WeakMap<Tensor, OrtTensor>();

function toOrt(tensor: Tensor): OrtTensor {
  let made = known.get(tensor);
  if (!made) {
    made = new OrtTensor(tensor.type, tensor.data as Float32Array, tensor.dims);
    known.set(tensor, made);
  }
  return made;
}

function fromOrt(tensor: OrtTensor): Tensor {
  return { type: tensor.type, dims: tensor.dims, data: tensor.data } as Tensor;
}

/** Converts `{'a.b': v}` to `{a: {b: v}}`, the form of session config entries. */
function nest(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entries)) {
    const parts = key.split('.');
    const last = parts.pop()!;
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}
