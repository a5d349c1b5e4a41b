import type { Lane } from '../../../core/predict/jobs.js';
import type { ScoredWord } from '../../../core/predict/scoreWords.js';

export interface ScoreOptions {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** Finds something about the words of a text; offsets are those of the text. */
export type ScoreText<T> = (text: string, options: ScoreOptions) => Promise<readonly T[]>;

/** Scores of the blocks of a document by their text, so that an edit rescores only its block. */
export class BlockScores<T = ScoredWord> {
  private readonly known = new Map<string, readonly T[]>();

  constructor(private readonly score: ScoreText<T>) {}

  get(text: string): readonly T[] | undefined {
    return this.known.get(text);
  }

  async of(text: string, options: ScoreOptions): Promise<readonly T[]> {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const scored = await this.score(text, options);
    this.known.set(text, scored);
    return scored;
  }

  /** Forgets blocks that the document no longer has, or that are far from what is in view. */
  keepOnly(texts: ReadonlySet<string>): void {
    for (const text of this.known.keys()) if (!texts.has(text)) this.known.delete(text);
  }
}
