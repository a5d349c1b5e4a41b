import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { InputGradients } from '../../core/models/inputGradients.js';
import type { Runtime } from '../../core/ports.js';
import { readModelFolder } from './modelFolder.js';

const IDLE_MILLISECONDS = 60_000;
/** Gradients need the weights in float32 once more; larger models would double their memory. */
const MOST_WEIGHT_BYTES = 2 ** 29;

/** Input gradients of a model folder, loaded for their first use and freed after an idle minute. */
export class GradientsOnDemand {
  private loaded: Promise<InputGradients> | null = null;
  private uses = 0;
  private idle: NodeJS.Timeout | null = null;

  constructor(
    private readonly options: {
      readonly folder: string;
      readonly parameterCount: number;
      readonly threads: number;
      readonly runtime: Runtime;
      /** Default: the head of the model's class. */
      readonly head?: 'masked-lm';
      readonly mostWeightBytes?: number;
      readonly idleMilliseconds?: number;
    },
  ) {}

  /**
   * @throws AppError `UserInput` for a model that is too large, and the errors of reading a model
   * and of `InputGradients`.
   */
  async use<T>(work: (gradients: InputGradients) => Promise<T>): Promise<T> {
    this.uses++;
    if (this.idle !== null) clearTimeout(this.idle);
    try {
      this.loaded ??= this.load();
      return await work(await this.loaded);
    } catch (thrown) {
      // A failed load is tried again.
      await this.loaded?.catch(() => (this.loaded = null));
      throw thrown;
    } finally {
      this.uses--;
      if (this.uses === 0) this.waitIdle();
    }
  }

  async release(): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    const { loaded } = this;
    this.loaded = null;
    await (await loaded)?.release();
  }

  private async load(): Promise<InputGradients> {
    const { folder, threads, runtime, parameterCount, head } = this.options;
    const { mostWeightBytes = MOST_WEIGHT_BYTES } = this.options;
    if (parameterCount * Float32Array.BYTES_PER_ELEMENT > mostWeightBytes) {
      throw inputError(problem('models.tooLargeForGradients'));
    }
    const { InputGradients } = await import('../../core/models/inputGradients.js');
    const { model, parameters } = await readModelFolder(folder, head && { head });
    return InputGradients.of({ model, parameters, threads, runtime });
  }

  private waitIdle(): void {
    this.idle = setTimeout(() => {
      // Not in use, and freed sessions cannot fail in a way that matters to anyone.
      if (this.uses === 0) void this.release().catch(() => undefined);
    }, this.options.idleMilliseconds ?? IDLE_MILLISECONDS);
    this.idle.unref();
  }
}
