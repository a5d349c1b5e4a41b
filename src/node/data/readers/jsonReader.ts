import { TokenType, type ParsedElementInfo } from '@streamparser/json';
import { ExactNumbers, parseExactJson } from '../../../core/data/exactJson.js';
import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { RefusedFile } from '../../../core/fileProblem.js';
import type { AppError } from '../../../core/errors.js';
import { message, problem, type Message } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { InvalidJson, JsonValues } from './jsonFaults.js';
import { HeldCells } from './jsonLayouts.js';
import { isObject, readJsonLines } from './jsonLinesReader.js';
import { tooLong, withNul, type ReaderOptions } from './reader.js';

/**
 * Records of a JSON file: a list of objects, or an object that contains one such list. The list is
 * never held as a whole. The line of a record is the number of its list entry. The other layouts that
 * pandas writes (`split`, `index`, `columns`, `values`, `table`) and columns as lists are read as well;
 * they are held in memory, except `table`. Files that are actually JSON Lines, as many with this
 * extension are, are read as JSON Lines.
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
  for (const record of list.end()) {
    if (pace.isOver) await pace.turn();
    yield record;
  }
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
    return isObject(parseExactJson(line));
  } catch {
    return false;
  }
}

const EXAMPLE = '[{"text": "…", "label": "…"}, …]';

/** Noncharacter in place of a NUL, which JSON does not allow inside of strings. */
const NUL_MARK = '\ufdd0';

class ListParser {
  private readonly values: JsonValues;
  private readonly numbers = new ExactNumbers();
  private readonly cells: HeldCells;
  /** Whether the file is the list itself. */
  private isBare = false;
  private line = 1;
  /** Characters since the last entry ended. */
  private unfinished = 0;
  private entry = 0;
  /** Key of the list in the object that contains it. */
  private listName: string | number | null = null;
  private found: DataRecord[] = [];
  private hasNul = false;

  constructor(private readonly options: ReaderOptions) {
    this.cells = new HeldCells(options);
    this.values = new JsonValues({
      pathOf: (first) => this.pathOf(first),
      onValue: (element) => {
        this.unfinished = 0;
        if (this.isBare) this.take(element.value);
        else this.takeNested(element);
      },
    });
  }

  push(piece: string): void {
    this.hasNul ||= piece.includes('\0');
    this.write(this.numbers.push(this.hasNul ? piece.replaceAll('\0', NUL_MARK) : piece));
  }

  /** Records that are complete only with the file. Throws `Data`. */
  end(): Iterable<DataRecord> {
    this.write(this.numbers.end());
    if (this.values.isOpen) throw this.broken(message('json.unexpectedEnd'));
    if (this.entry > 0) return [];
    const records = this.cells.records();
    if (records === null && !this.isBare) throw this.noList();
    return this.withoutNul(records ?? []);
  }

  taken(): DataRecord[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  /** Parses line by line, so that errors have a line. */
  private write(text: string): void {
    let start = 0;
    while (start < text.length) {
      const feed = text.indexOf('\n', start);
      const end = feed === -1 ? text.length : feed + 1;
      this.writeLine(text.slice(start, end));
      if (feed !== -1) this.line++;
      start = end;
    }
  }

  private writeLine(text: string): void {
    this.unfinished += text.length;
    if (this.unfinished > LONGEST_LINE) {
      throw tooLong({ file: this.options.shownAs, line: this.line }, 'data.entryTooLong');
    }
    try {
      this.values.write(text);
    } catch (thrown) {
      if (thrown instanceof InvalidJson) throw this.broken(thrown.reason);
      if (!(thrown instanceof RefusedFile)) throw thrown;
      throw recordError({ file: this.options.shownAs, line: this.line }, null, thrown.reason);
    }
  }

  private pathOf(first: TokenType): string {
    if (first !== TokenType.LEFT_BRACKET && first !== TokenType.LEFT_BRACE) throw this.noList();
    this.isBare = first === TokenType.LEFT_BRACKET;
    return this.isBare ? '$.*' : '$.*.*';
  }

  /** Takes an entry of a list of objects inside an object, and holds all other entries. */
  private takeNested({ value, key, stack }: ParsedElementInfo): void {
    const name = stack[1]?.key;
    if (name === undefined || key === undefined) return;
    const isEntry = typeof key === 'number' && isObject(value);
    if (this.listName === null && isEntry) this.listName = name;
    if (this.listName === null) this.cells.add(String(name), key, value);
    else if (name === this.listName) this.take(value);
    else if (isEntry) throw this.noList();
  }

  private take(value: unknown): void {
    const place = { file: this.options.shownAs, line: this.entry + 1 };
    if (this.isBare && this.entry === 0 && Array.isArray(value)) {
      this.cells.addRow(value);
      return;
    }
    this.entry++;
    if (isObject(value)) this.found.push(...this.withoutNul([{ ...place, values: value }]));
    else {
      this.options.onBad(
        recordError(place, null, problem('data.entryNotObject', { example: EXAMPLE })),
      );
    }
  }

  /** Records without a damaged character, which costs its row only. */
  private *withoutNul(records: Iterable<DataRecord>): Generator<DataRecord> {
    for (const record of records) {
      if (this.hasNul && JSON.stringify(record.values).includes(NUL_MARK)) {
        this.options.onBad(withNul(record));
      } else yield record;
    }
  }

  private broken(reason: Message): AppError {
    const place = { file: this.options.shownAs, line: this.line };
    return recordError(place, null, problem('data.invalidJson', { reason }));
  }

  private noList(): AppError {
    const place = { file: this.options.shownAs, line: 1 };
    return recordError(place, null, problem('data.noList', { example: EXAMPLE }));
  }
}
