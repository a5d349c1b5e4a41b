import { buildDistributionGraph } from '../../core/models/distributionGraph.js';
import type { InferenceSession, Runtime } from '../../core/ports.js';
import type { Distributions } from '../../core/predict/maskedLanguageModel.js';
import { floatsOf } from './exportFeeds.js';

/** Facts about many softmaxes at once, on the threads of ONNX Runtime. Opened when first used. */
export class DistributionSession {
  private session: Promise<InferenceSession> | null = null;

  constructor(private readonly options: { readonly runtime: Runtime; readonly threads: number }) {}

  /** For logits [count, vocabulary]. */
  async read(logits: Float32Array, count: number): Promise<Distributions> {
    const { runtime, threads } = this.options;
    this.session ??= runtime.createSession(buildDistributionGraph(), {
      ...{ threads, memoryPattern: false, spins: true },
    });
    const dims = [count, logits.length / count];
    const { normalizers, entropies } = await (
      await this.session
    ).run(
      { logits: { type: 'float32', dims, data: logits } },
      { normalizers: null, entropies: null },
    );
    return { normalizers: floatsOf(normalizers), entropies: floatsOf(entropies) };
  }

  async release(): Promise<void> {
    const session = this.session;
    this.session = null;
    await (await session)?.release();
  }
}
