import { createHash } from 'node:crypto';

/** Lists of requests that are kept, each with its words spelled for a model. */
const MOST_KEPT = 8;

/** The words that requests propose, so that equal lists are the same object and are spelled once. */
export class WordLists {
  private common: Promise<readonly string[]> | null = null;
  private readonly kept = new Map<string, readonly string[]>();

  constructor(
    private readonly options: {
      readonly readWords: () => Promise<readonly string[]>;
      readonly warn: (message: string) => void;
    },
  ) {}

  /** The built-in list and the words of a request; none if the request brings none. */
  async of({
    words,
  }: {
    readonly words?: readonly string[] | undefined;
  }): Promise<(readonly string[])[]> {
    return words === undefined ? [] : [await this.builtIn(), this.keep(words)];
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
    const known = this.kept.get(key) ?? words;
    this.kept.delete(key);
    this.kept.set(key, known);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return known;
  }
}
