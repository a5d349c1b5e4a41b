import path from 'node:path';
import {
  isTableFormat,
  type CodePart,
  type DataFormat,
  type TextFormat,
} from '../../core/data/dataFormats.js';
import type { TextColumns, TextRecord } from '../../core/data/records.js';
import { toAppErrorData, type AppError, type AppErrorData } from '../../core/errors.js';
import { AlignedText } from '../../core/text/alignedText.js';
import { cleanText, type CleaningKnowledge } from '../../core/cleaning/cleanText.js';
import { BoilerplateCounter } from '../../core/cleaning/repeatedLines.js';
import { CLEANING_STEPS, type CleaningStep } from '../../core/cleaning/steps.js';
import { languageOf } from '../../core/sourceCode/commentSyntax.js';
import { formatOf, readRecords } from './labelledFiles.js';
import { throwIfCancelled } from '../runtime/pauses.js';
import { readComments } from './readers/codePassages.js';
import { isBadData } from './readers/fileErrors.js';
import { readHtml, type VisiblePassage } from './readers/htmlPassages.js';
import { readPassages, type PassageFileOptions } from './readers/passages.js';
import type { ReaderOptions } from './readers/reader.js';
import { textRecordsOf } from './readers/rowTexts.js';
import type { CollectedFile } from './textFiles.js';

export interface TextRecordOptions {
  /** The files' paths are relative to it. */
  readonly workspaceFolder: string;
  /** Of tables; null where they are guessed, file by file. */
  readonly columns: TextColumns | null;
  /** Null or absent to go by each file's ending; what has no known one is read as plain text. */
  readonly format?: DataFormat | null;
  /** Of files without a byte order mark, by a name of the WHATWG Encoding Standard; else UTF-8. */
  readonly encoding?: string | null;
  readonly cleaning?: readonly CleaningStep[];
  /**
   * Characters after which a passage of running text ends at the next empty line; 0 for a record a
   * paragraph.
   */
  readonly atLeast: number;
  /** What of source code is read; its comments where it is absent. */
  readonly code?: CodePart;
  /** Hears of each row and file that cannot be read and is left out; without it they are thrown. */
  readonly onBad?: (error: AppErrorData) => void;
  readonly signal?: AbortSignal;
}

/**
 * The texts of files, in order, as a stream: passages of running text, rows of tables. Texts of
 * which cleaning leaves nothing are left out. To know boilerplate, everything is read once before.
 * Throws `Data` with the file and row of what cannot be read unless there is `onBad`, `UserInput`
 * for an encoding that there is not, and `Cancelled`.
 */
export async function* readTextRecords(
  files: readonly Pick<CollectedFile, 'path'>[],
  options: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const { onBad, signal, cleaning = [] } = options;
  const knowledge = cleaning.includes('boilerplate')
    ? await countRepeatedLines(files, options)
    : null;
  for (const { path: file } of files) {
    const format = options.format ?? formatOf(file) ?? 'txt';
    // What a page shows may look like tags, and is none.
    const steps = format === 'html' ? cleaning.filter((step) => step !== 'html') : cleaning;
    try {
      for await (const record of recordsOf(file, format, options)) {
        throwIfCancelled(signal);
        const cleaned = steps.length === 0 ? record : cleanRecord(record, steps, knowledge);
        if (cleaned !== null) yield cleaned;
      }
    } catch (thrown) {
      if (onBad === undefined || !isBadData(thrown)) throw thrown;
      onBad(toAppErrorData(thrown));
    }
  }
}

function recordsOf(
  shownAs: string,
  format: DataFormat,
  options: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const file = path.resolve(options.workspaceFolder, shownAs);
  const { encoding = null, atLeast, columns } = options;
  const reading: ReaderOptions = { shownAs, encoding, onBad: reporter(options) };
  return isTableFormat(format)
    ? textRecordsOf(readRecords(file, { ...reading, format }), { ...reading, columns })
    : passageRecords(passagesOf(file, format, { ...reading, atLeast }, options), shownAs);
}

function passagesOf(
  file: string,
  format: TextFormat,
  reading: PassageFileOptions,
  { code = 'comments' }: TextRecordOptions,
): AsyncGenerator<VisiblePassage> {
  const language = format === 'code' ? languageOf(path.extname(file)) : null;
  if (format === 'html') return readHtml(file, reading);
  return language !== null && code === 'comments'
    ? readComments(file, { ...reading, language })
    : plainPassages(file, { ...reading, fences: format === 'md' });
}

async function* plainPassages(
  file: string,
  options: PassageFileOptions,
): AsyncGenerator<VisiblePassage> {
  for await (const { text, start, line } of readPassages(file, options)) {
    yield { text: AlignedText.of(text, start), line };
  }
}

async function* passageRecords(
  passages: AsyncGenerator<VisiblePassage>,
  file: string,
): AsyncGenerator<TextRecord> {
  const rest = { pair: null, label: null, group: null, split: null, values: null };
  for await (const { text, line } of passages) yield { file, line, text, ...rest };
}

/** The lines that repeat from file to file, or from row to row, after what is cleaned before them. */
async function countRepeatedLines(
  files: readonly Pick<CollectedFile, 'path'>[],
  options: TextRecordOptions,
): Promise<CleaningKnowledge> {
  const counter = new BoilerplateCounter();
  const before = CLEANING_STEPS.slice(0, CLEANING_STEPS.indexOf('boilerplate'));
  const cleaning = before.filter((step) => options.cleaning?.includes(step) === true);
  // What cannot be read is told by the pass that follows.
  const reading = { ...options, cleaning, onBad: () => undefined };
  let previous: string | null = null;
  for await (const { file, values, text } of readTextRecords(files, reading)) {
    // A row of one line is content, however often it comes.
    if (values !== null && !text.text.trim().includes('\n')) continue;
    counter.add(text.text, { continues: values === null && file === previous });
    previous = file;
  }
  return { repeatedLines: counter.finish() };
}

/** Null where nothing is left. */
function cleanRecord(
  record: TextRecord,
  steps: readonly CleaningStep[],
  knowledge: CleaningKnowledge | null,
): TextRecord | null {
  const text = cleanText(record.text, steps, knowledge);
  return /\S/.test(text.text) ? { ...record, text } : null;
}

/** Throws what is reported where nobody listens. */
function reporter({ onBad, signal }: TextRecordOptions): (error: AppError) => void {
  return (error) => {
    throwIfCancelled(signal);
    if (onBad === undefined) throw error;
    onBad(error.data);
  };
}
