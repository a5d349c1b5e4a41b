import type { WordList } from '../core/predict/longWords.js';
import { RequestWords } from '../node/serving/requestWords.js';
import { SpelledList, type RequestedList } from '../node/serving/spelledList.js';

export interface WordListsOptions {
  /** Reads the words that are proposed everywhere. */
  readonly readWords: () => Promise<readonly string[]>;
  /** Keeps the pieces of these words over sessions. Default: for this one. */
  readonly spelled?: { readonly folder: string | undefined; readonly program: string };
  warn(message: string): void;
}

/** Lists of a request, whose words may be spelled only after it. */
export interface RequestedLists extends Pick<RequestedList, 'isWhole' | 'prepare'> {
  readonly lists: readonly WordList[];
}

const NONE: RequestedLists = { lists: [], isWhole: true, prepare: () => undefined };

/** The words that requests propose: those of the built-in list and their own. */
export class WordLists {
  private common: Promise<readonly string[]> | null = null;
  private spelled: Promise<SpelledList> | null = null;
  private readonly own: RequestWords;

  constructor(private readonly options: WordListsOptions) {
    this.own = new RequestWords(options);
  }

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
    const lists = [common, this.own.forRequest(words)];
    return {
      lists,
      get isWhole() {
        return lists.every((list) => list.isWhole);
      },
      prepare: () => {
        for (const list of lists) list.prepare();
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
}
