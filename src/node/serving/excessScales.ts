import { createHash } from 'node:crypto';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import {
  excessScaleOf,
  excessScaleSchema,
  type ExcessScale,
} from '../../core/predict/excessScale.js';
import type { AbortState } from '../../core/predict/runRows.js';
import { sampleExcess } from '../../core/predict/sampleExcess.js';
import type { MaskedModelOfJob } from './modelJobs.js';
import { RememberedFacts } from './rememberedFacts.js';

const FILE = 'surprisal.json';

export interface ExcessScalesOptions {
  /** Reads the text whose words are scored. */
  readonly readSample: () => Promise<string>;
  /** Folder in which scales are remembered. Default: they are computed once per process. */
  readonly folder?: string | undefined;
}

/** Distributions of the excess surprisal of models on a sample of ordinary English. */
export class ExcessScales {
  private readonly remembered: RememberedFacts<ExcessScale> | null;

  constructor(private readonly options: ExcessScalesOptions) {
    const { folder } = options;
    this.remembered =
      folder === undefined ? null : new RememberedFacts(path.join(folder, FILE), excessScaleSchema);
  }

  /**
   * `null` for a model that cannot read the sample. `version` identifies the content of the model
   * folder.
   */
  async of(
    model: MaskedModelOfJob,
    version: string,
    signal: AbortState,
  ): Promise<ExcessScale | null> {
    const sample = await this.options.readSample();
    const hash = createHash('sha256').update(sample).digest('base64');
    const key = JSON.stringify([model.name, version, hash]);
    const known = await this.remembered?.get(key);
    if (known != null) return known;
    const scale = excessScaleOf(await sampleExcess(model, sample, signal));
    if (scale !== null) {
      // The scale is computed again in the next session if it cannot be stored.
      await this.remembered?.set(key, scale).catch((thrown: unknown) => {
        if (!(thrown instanceof AppError)) throw thrown;
      });
    }
    return scale;
  }
}
