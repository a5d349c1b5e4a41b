import { toAppErrorData, type AppErrorData } from '../../../core/errors.js';
import { BUNDLED_SCALE } from '../../../core/predict/bundledScale.js';
import { excessScaleOf, type ExcessScale } from '../../../core/predict/excessScale.js';
import { PENDING_SCALE, type ShadingScale } from './surprisalScale.js';

export interface ModelScalesOptions {
  readonly bundledFolder: string;
  /** Asks for the scale of a model; `null` if it does not read English. */
  readonly ask: (modelFolder: string, signal: AbortSignal) => Promise<ExcessScale | null>;
  readonly onDidChange: () => void;
  readonly onError: (error: AppErrorData) => void;
}

/** Scales of the models in use, which are asked for once. */
export class ModelScales {
  /** `undefined` while a scale is computed. */
  private readonly scales = new Map<string, ExcessScale | null | undefined>();
  private abort = new AbortController();

  constructor(private readonly options: ModelScalesOptions) {}

  /** Scale of a model for a document with these excess surprisals. */
  of(modelFolder: string, excesses: () => readonly number[]): ShadingScale {
    if (modelFolder === this.options.bundledFolder) {
      return { scale: BUNDLED_SCALE, source: 'model' };
    }
    const known = this.scales.get(modelFolder);
    if (known === undefined) return PENDING_SCALE;
    if (known !== null) return { scale: known, source: 'model' };
    const own = excessScaleOf(excesses());
    return own === null
      ? { scale: BUNDLED_SCALE, source: 'short' }
      : { scale: own, source: 'document' };
  }

  /** Asks for the scale of a model unless it is known or asked for. */
  load(modelFolder: string): void {
    if (modelFolder === this.options.bundledFolder || this.scales.has(modelFolder)) return;
    const { signal } = this.abort;
    this.scales.set(modelFolder, undefined);
    this.options.ask(modelFolder, signal).then(
      (scale) => {
        if (signal.aborted) return;
        this.scales.set(modelFolder, scale);
        this.options.onDidChange();
      },
      (thrown: unknown) => {
        if (signal.aborted) return;
        this.scales.delete(modelFolder);
        const error = toAppErrorData(thrown);
        if (error.code !== 'Cancelled') this.options.onError(error);
      },
    );
  }

  /** Forgets all scales and stops computing them. */
  clear(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.scales.clear();
  }
}
