import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { Pace } from '../../runtime/pace.js';
import { linesOf, type Line } from './fileLines.js';
import type { ReaderOptions } from './reader.js';

/** Words of the longest sentence; more are a file without empty lines. */
const LONGEST_SENTENCE = 100_000;

/**
 * Sentences of a CoNLL file: a word and its tag a line, first and last of columns that white space
 * or tabs separate, sentences apart by an empty line. CoNLL-U lines give form and universal tag. A
 * sentence with a word that has no tag is bad as a whole.
 */
export async function* readConll(file: string, options: ReaderOptions): AsyncGenerator<DataRecord> {
  const sentence = new Sentence(options);
  const pace = new Pace(options.signal);
  for await (const lines of linesOf(file, options)) {
    for (const line of lines) {
      if (pace.isOver) await pace.turn();
      if (line.text.startsWith('# ') || line.text.startsWith('-DOCSTART-')) continue;
      if (line.text.trim() !== '') sentence.add(line);
      else yield* sentence.finish();
    }
  }
  yield* sentence.finish();
}

class Sentence {
  private tokens: string[] = [];
  private tags: string[] = [];
  private first = 0;
  private bad: AppError | null = null;

  constructor(private readonly options: ReaderOptions) {}

  add({ text, line }: Line): void {
    const columns = text.includes('\t') ? text.trim().split('\t') : text.trim().split(/\s+/);
    const isUniversal = columns.length === 10 && /^\d+([-.]\d+)?$/.test(columns[0]!);
    if (isUniversal && !/^\d+$/.test(columns[0]!)) return;
    const [token, tag] = isUniversal ? [columns[1], columns[3]] : [columns[0], columns.at(-1)];
    if (token === undefined || tag === undefined || columns.length < 2) {
      this.bad ??= recordError({ file: this.options.shownAs, line }, null, {
        problem: 'holds a word without a tag',
        remedy: 'Write a word and its tag a line, with a tab or a space between them.',
      });
      return;
    }
    if (this.tokens.length === LONGEST_SENTENCE) {
      throw recordError({ file: this.options.shownAs, line }, null, {
        problem: `a sentence has more than ${LONGEST_SENTENCE.toLocaleString('en')} words`,
        remedy: 'Put an empty line after each sentence.',
      });
    }
    if (this.tokens.length === 0) this.first = line;
    this.tokens.push(token);
    this.tags.push(tag);
  }

  finish(): DataRecord[] {
    const { tokens, tags, first, bad } = this;
    [this.tokens, this.tags, this.bad] = [[], [], null];
    if (bad !== null) this.options.onBad(bad);
    if (bad !== null || tokens.length === 0) return [];
    return [{ file: this.options.shownAs, line: first, values: { tokens, tags } }];
  }
}
