import { Tokenizer, TokenParser, TokenType, type ParsedElementInfo } from '@streamparser/json';
import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { DEEPEST_JSON, nestedTooDeeply, parseJsonText } from '../../../core/jsonText.js';
import { AppError } from '../../../core/errors.js';
import { message, problem, type Message } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { isObject, readJsonLines } from './jsonLinesReader.js';
import { tooLong, type ReaderOptions } from './reader.js';

/**
 * Records of a JSON file: a list of objects, or an object that contains one such list. The list is
 * never held as a whole. The line of a record is the number of its list entry. Files that are actually
 * JSON Lines, as many with this extension are, are read as JSON Lines.
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
      // Records before an error are still read.
      for (const record of list.taken()) {
        if (pace.isOver) await pace.turn();
        yield record;
      }
    }
  }
  list.end();
}

/** Maximum characters of a first line that is recognized as JSON Lines. */
const LONGEST_FIRST_LINE = 1_000_000;

/** Whether the first line is a complete object and another object follows. */
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
    return isObject(parseJsonText(line));
  } catch {
    return false;
  }
}

const EXAMPLE = '[{"text": "…", "label": "…"}, …]';

class ListParser {
  private readonly tokenizer = new Tokenizer({ stringBufferSize: 1 << 16 });
  private parser: TokenParser | null = null;
  /** Whether the file is the list itself. */
  private isBare = false;
  private line = 1;
  private depth = 0;
  /** Characters since the last entry ended. */
  private unfinished = 0;
  private entry = 0;
  /** Key of the list in the object that contains it. */
  private listName: string | number | null = null;
  private found: DataRecord[] = [];

  constructor(private readonly options: ReaderOptions) {
    this.tokenizer.onToken = (token): void => {
      this.follow(token.token);
      this.parser ??= this.parserFor(token.token);
      this.parser.write(token);
    };
  }

  /** Parses line by line, so that errors have a line. */
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
    if (this.parser?.isEnded === false) throw this.broken(message('json.unexpectedEnd'));
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
      throw tooLong({ file: this.options.shownAs, line: this.line }, 'data.entryTooLong');
    }
    try {
      this.tokenizer.write(text);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw this.broken(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  /** Throws for values that are nested too deeply for those who follow them. */
  private follow(token: TokenType): void {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.depth++;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.depth--;
    if (this.depth <= DEEPEST_JSON) return;
    const place = { file: this.options.shownAs, line: this.line };
    throw recordError(place, null, nestedTooDeeply().reason);
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

  /** Takes an entry of a list inside an object; lists of other values are ignored. */
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
        recordError(place, null, problem('data.entryNotObject', { example: EXAMPLE })),
      );
    }
  }

  private broken(reason: Message | string): AppError {
    const place = { file: this.options.shownAs, line: this.line };
    return recordError(place, null, problem('data.invalidJson', { reason }));
  }

  private noList(): AppError {
    const place = { file: this.options.shownAs, line: 1 };
    return recordError(place, null, problem('data.noList', { example: EXAMPLE }));
  }
}
