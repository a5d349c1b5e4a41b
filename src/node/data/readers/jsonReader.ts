import { Tokenizer, TokenParser, TokenType, type ParsedElementInfo } from '@streamparser/json';
import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { AppError } from '../../../core/errors.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { isObject, readJsonLines } from './jsonLinesReader.js';
import { tooLong, type ReaderOptions } from './reader.js';

/**
 * A JSON file: a list of objects, or an object that holds one list of them. The list is never held
 * as a whole. A record's line is the number of its entry in the list. What is really JSON Lines, as
 * many files with this ending are, is read as that.
 */
export async function* readJson(file: string, options: ReaderOptions): AsyncGenerator<DataRecord> {
  if (await holdsLines(file, options)) {
    yield* readJsonLines(file, options);
    return;
  }
  const list = new ListParser(options);
  const pace = new Pace(options.signal);
  for await (const piece of decodeFile(file, options)) {
    try {
      list.push(piece);
    } finally {
      // What comes before an error is read all the same.
      for (const record of list.taken()) {
        if (pace.isOver) await pace.turn();
        yield record;
      }
    }
  }
  list.end();
}

/** Characters of a first line that is told from a list. */
const LONGEST_FIRST_LINE = 1_000_000;

/** Whether the first line is an object of its own, and another begins behind it. */
async function holdsLines(file: string, options: ReaderOptions): Promise<boolean> {
  let start = '';
  for await (const piece of decodeFile(file, { ...options, tap: undefined })) {
    start += piece;
    const isDecided = /^\s*(?:[^\s{]|\{[^\n]*\n\s*\S)/.test(start);
    if (isDecided || start.length > LONGEST_FIRST_LINE) break;
  }
  const line = /^\s*(\{[^\n]*)\n\s*\{/.exec(start)?.[1];
  if (line === undefined) return false;
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

const LIST_REMEDY = 'Write [{"text": "…", "label": "…"}, …].';

class ListParser {
  private readonly tokenizer = new Tokenizer({ stringBufferSize: 1 << 16 });
  private parser: TokenParser | null = null;
  /** Whether the file is the list itself. */
  private isBare = false;
  private line = 1;
  /** Characters since the last entry ended. */
  private unfinished = 0;
  private entry = 0;
  /** Name of the list in the object that holds it. */
  private listName: string | number | null = null;
  private found: DataRecord[] = [];

  constructor(private readonly options: ReaderOptions) {
    this.tokenizer.onToken = (token): void => {
      this.parser ??= this.parserFor(token.token);
      this.parser.write(token);
    };
  }

  /** Line by line, which says where an error is. */
  push(piece: string): void {
    let start = 0;
    while (start < piece.length) {
      const feed = piece.indexOf('\n', start);
      const end = feed === -1 ? piece.length : feed + 1;
      this.write(piece.slice(start, end));
      if (feed !== -1) this.line++;
      start = end;
    }
  }

  end(): void {
    if (this.parser?.isEnded === false) throw this.broken('it ends in the middle');
    if (!this.isBare && this.entry === 0) throw this.noList();
  }

  taken(): DataRecord[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  private write(text: string): void {
    this.unfinished += text.length;
    if (this.unfinished > LONGEST_LINE) {
      throw tooLong({ file: this.options.shownAs, line: this.line }, 'an entry of the list');
    }
    try {
      this.tokenizer.write(text);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw this.broken(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  private parserFor(first: TokenType): TokenParser {
    if (first !== TokenType.LEFT_BRACKET && first !== TokenType.LEFT_BRACE) throw this.noList();
    this.isBare = first === TokenType.LEFT_BRACKET;
    const { isBare } = this;
    const parser = new TokenParser({ paths: [isBare ? '$.*' : '$.*.*'], keepStack: false });
    parser.onValue = (element): void => {
      this.unfinished = 0;
      if (isBare) this.take(element.value);
      else this.takeNested(element);
    };
    return parser;
  }

  /** An entry of a list inside of an object; lists of other things than objects say nothing. */
  private takeNested({ value, key, stack }: ParsedElementInfo): void {
    const name = stack[1]?.key;
    if (typeof key !== 'number' || name === undefined) return;
    if (this.listName === null && isObject(value)) this.listName = name;
    if (name === this.listName) this.take(value);
    else if (isObject(value) && this.listName !== null) throw this.noList();
  }

  private take(value: unknown): void {
    this.entry++;
    const place = { file: this.options.shownAs, line: this.entry };
    if (isObject(value)) this.found.push({ ...place, values: value });
    else {
      this.options.onBad(
        recordError(place, null, {
          problem: 'this entry of the list is not an object',
          remedy: LIST_REMEDY,
        }),
      );
    }
  }

  private broken(why: string): AppError {
    return recordError({ file: this.options.shownAs, line: this.line }, null, {
      problem: `is not JSON (${why})`,
      remedy: 'Correct it; a file with one object a line has the ending .jsonl.',
    });
  }

  private noList(): AppError {
    return recordError({ file: this.options.shownAs, line: 1 }, null, {
      problem: 'holds no list of records, or several',
      remedy: LIST_REMEDY,
    });
  }
}
