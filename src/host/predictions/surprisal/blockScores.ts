import type { Lane } from '../../../core/predict/jobs.js';
import type { ScoredWord } from '../../../core/predict/scoreWords.js';

export interface ScoreOptions {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** Scores the words of a text; offsets are those of the text. */
export type ScoreText = (text: string, options: ScoreOptions) => Promise<readonly ScoredWord[]>;

/** Scores of the blocks of a document by their text, so that an edit rescores only its block. */
export class BlockScores {
  private readonly known = new Map<string, readonly ScoredWord[]>();

  constructor(private readonly score: ScoreText) {}

  get(text: string): readonly ScoredWord[] | undefined {
    return this.known.get(text);
  }

  async of(text: string, options: ScoreOptions): Promise<readonly ScoredWord[]> {
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
