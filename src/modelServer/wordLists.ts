import { createHash } from 'node:crypto';
import type { WordList } from '../core/predict/longWords.js';
import { SpelledList, type RequestedList } from '../node/serving/spelledList.js';

/** Lists of requests that are kept, each with its words spelled for a model. */
const MOST_KEPT = 8;

export interface WordListsOptions {
  /** Reads the words that are proposed everywhere. */
  readonly readWords: () => Promise<readonly string[]>;
  /** Keeps the pieces of these words over sessions. Default: for this one. */
  readonly spelled?: { readonly folder: string | undefined; readonly program: string };
  warn(message: string): void;
}

/** Lists of a request, of which the built-in one may be spelled only after it. */
export interface RequestedLists extends Pick<RequestedList, 'isWhole' | 'prepare'> {
  readonly lists: readonly WordList[];
}

const NONE: RequestedLists = { lists: [], isWhole: true, prepare: () => undefined };

/** The words that requests propose, so that equal lists are the same object and are spelled once. */
export class WordLists {
  private common: Promise<readonly string[]> | null = null;
  private spelled: Promise<SpelledList> | null = null;
  private readonly kept = new Map<string, readonly string[]>();

  constructor(private readonly options: WordListsOptions) {}

  /**
   * The built-in list and the words of a request; none if the request brings none. `version` identifies
   * the files of the model.
   */
  async of(
    { words }: { readonly words?: readonly string[] | undefined },
    version: string,
  ): Promise<RequestedLists> {
    if (words === undefined) return NONE;
    this.spelled ??= this.builtIn().then(
      (common) =>
        new SpelledList({ program: '', ...this.options, ...this.options.spelled, words: common }),
    );
    const common = (await this.spelled).forRequest(version);
    return {
      lists: [common, this.keep(words)],
      get isWhole() {
        return common.isWhole;
      },
      prepare: () => {
        common.prepare();
      },
    };
  }

  /** The built-in list; empty if it cannot be read. */
  builtIn(): Promise<readonly string[]> {
    this.common ??= this.options.readWords().catch((thrown: unknown) => {
      this.options.warn(`no word list: ${String(thrown)}`);
      return [];
    });
    return this.common;
  }

  private keep(words: readonly string[]): readonly string[] {
    const key = createHash('sha256').update(words.join('\n')).digest('base64');
    const known = this.kept.get(key) ?? [...words].sort();
    this.kept.delete(key);
    this.kept.set(key, known);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return known;
  }
}
