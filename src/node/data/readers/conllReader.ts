import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { linesOf, type Line } from './fileLines.js';
import { withNul, type ReaderOptions } from './reader.js';

/** Maximum words of a sentence; a longer one means that the file has no empty lines. */
const LONGEST_SENTENCE = 100_000;

/**
 * Sentences of a CoNLL file: one word and its tag per line, in the first and last of columns separated
 * by white space or tabs, with empty lines between sentences. CoNLL-U lines give the form and the
 * universal tag. A sentence is invalid as a whole if one of its words has no tag. An empty word is
 * dropped with its tag.
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

/**
 * Columns of a line. Only tabs and ASCII spaces separate them: a word can contain a no-break space.
 * Before a tab, an empty word is a column.
 */
function columnsOf(text: string): string[] {
  const line = text.replaceAll(/^ +|[ \t]+$/g, '');
  return line.split(line.includes('\t') ? '\t' : / +/);
}

class Sentence {
  private tokens: string[] = [];
  private tags: string[] = [];
  private first = 0;
  private bad: AppError | null = null;

  constructor(private readonly options: ReaderOptions) {}

  add({ text, line }: Line): void {
    const columns = columnsOf(text);
    const isUniversal = columns.length === 10 && /^\d+([-.]\d+)?$/.test(columns[0]!);
    if (isUniversal && !/^\d+$/.test(columns[0]!)) return;
    const [token, tag] = isUniversal ? [columns[1], columns[3]] : [columns[0], columns.at(-1)];
    if (text.includes('\0')) {
      this.bad ??= withNul({ file: this.options.shownAs, line });
      return;
    }
    if (token === undefined || tag === undefined || columns.length < 2) {
      const place = { file: this.options.shownAs, line };
      this.bad ??= recordError(place, null, problem('data.wordWithoutTag'));
      return;
    }
    if (this.tokens.length === LONGEST_SENTENCE) {
      const place = { file: this.options.shownAs, line };
      throw recordError(place, null, problem('data.sentenceTooLong', { limit: LONGEST_SENTENCE }));
    }
    if (this.tokens.length === 0) this.first = line;
    if (token.trim() === '') return;
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
