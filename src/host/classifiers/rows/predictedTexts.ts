import type { LabelPrediction } from '../../../core/predict/labelPrediction.js';

/** A text to classify, with its pair. */
export interface TextOfRow {
  readonly text: string;
  readonly pair: string | null;
}

export type Classify = (
  texts: readonly TextOfRow[],
  signal: AbortSignal,
) => Promise<readonly LabelPrediction[]>;

/** Texts of a call: few, so that a newer one does not wait. */
const BATCH = 16;
/** Predictions that are kept. */
const MOST_KEPT = 20_000;

/** Predictions of one classifier by text: each text is classified once. */
export class PredictedTexts {
  private readonly known = new Map<string, LabelPrediction>();

  constructor(private readonly classify: Classify) {}

  of(text: TextOfRow): LabelPrediction | undefined {
    return this.known.get(keyOf(text));
  }

  /**
   * Classifies the texts that are unknown, in their order, and calls `onKnown` after each batch. Rejects
   * with `Cancelled`, and with the errors of the classifier.
   */
  async load(
    texts: readonly TextOfRow[],
    { signal, onKnown }: { readonly signal: AbortSignal; readonly onKnown: () => void },
  ): Promise<void> {
    const unknown = new Map<string, TextOfRow>();
    for (const text of texts) {
      const key = keyOf(text);
      if (!this.known.has(key)) unknown.set(key, text);
    }
    const wanted = [...unknown];
    const isWanted = (): boolean => !signal.aborted;
    for (let from = 0; from < wanted.length && isWanted(); from += BATCH) {
      const batch = wanted.slice(from, from + BATCH);
      const predictions = await this.classify(
        batch.map(([, text]) => text),
        signal,
      );
      batch.forEach(([key], i) => {
        this.keep(key, predictions[i]);
      });
      if (isWanted()) onKnown();
    }
  }

  private keep(key: string, prediction: LabelPrediction | undefined): void {
    if (prediction === undefined) return;
    this.known.set(key, prediction);
    if (this.known.size <= MOST_KEPT) return;
    const [oldest] = this.known.keys();
    this.known.delete(oldest!);
  }
}

function keyOf({ text, pair }: TextOfRow): string {
  return JSON.stringify([text, pair]);
}
