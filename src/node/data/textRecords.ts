import path from 'node:path';
import {
  dataExtensionOf,
  isTableFormat,
  type CodePart,
  type DataFormat,
  type TextFormat,
} from '../../core/data/dataFormats.js';
import type { DataFile } from '../../core/runs/schema.js';
import type { NamedTextColumns } from '../../core/data/columns.js';
import type { FileDialect } from '../../core/data/fileDialect.js';
import { inSplit, type TextRecord } from '../../core/data/records.js';
import { toAppErrorData, type AppError, type AppErrorData } from '../../core/errors.js';
import { AlignedText } from '../../core/text/alignedText.js';
import { cleanText, type CleaningKnowledge } from '../../core/cleaning/cleanText.js';
import { BoilerplateCounter } from '../../core/cleaning/repeatedLines.js';
import { CLEANING_STEPS, type CleaningStep } from '../../core/cleaning/steps.js';
import { languageOf } from '../../core/sourceCode/commentSyntax.js';
import { Fingerprint, fingerprintFile, refuseChanged, type ReadableFile } from './fingerprints.js';
import { formatOf, readRecords } from './labelledFiles.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { readComments } from './readers/codePassages.js';
import { isBadData } from './readers/fileErrors.js';
import { readHtml, type VisiblePassage } from './readers/htmlPassages.js';
import { readPassages, type PassageFileOptions } from './readers/passages.js';
import type { ReaderOptions } from './readers/reader.js';
import { textRecordsOf, type RowTextOptions } from './readers/rowTexts.js';

export interface TextRecordOptions {
  /** Base folder of file paths. */
  readonly workspaceFolder: string;
  /** Columns of tables; missing ones are guessed for each file. */
  readonly columns: NamedTextColumns | null;
  /** Default: by file extension; files with an unknown extension are read as plain text. */
  readonly format?: DataFormat | null;
  readonly dialect?: FileDialect;
  readonly cleaning?: readonly CleaningStep[];
  /**
   * Characters after which a passage of running text ends at the next empty line; 0 for one record per
   * paragraph.
   */
  readonly atLeast: number;
  /** Part of source code to read. Default: comments. */
  readonly code?: CodePart;
  /** Called for each skipped row and file; if absent, their errors are thrown. */
  readonly onBad?: (error: AppErrorData) => void;
  readonly onDoubt?: ReaderOptions['onDoubt'];
  readonly onBadTags?: RowTextOptions['onBadTags'];
  /** Called for each file that was read to its end. */
  readonly onFile?: ((file: DataFile) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the texts of files in order: passages of running text and rows of tables. Texts that are
 * empty after cleaning are skipped. Each file is read once, and once more beforehand for cleaning
 * `boilerplate`, since repeated lines are known only after a whole pass. Throws `Data` with the file and
 * row of invalid data unless `onBad` is given, and for a file that has changed since its fingerprint was
 * taken; `UserInput` for an unknown encoding, and `Cancelled`.
 */
export async function* readTextRecords(
  files: readonly ReadableFile[],
  options: TextRecordOptions,
): AsyncGenerator<TextRecord> {
  const { onBad, onFile, signal, cleaning = [] } = options;
  const knowledge = cleaning.includes('boilerplate')
    ? await countRepeatedLines(files, options)
    : null;
  for (const file of files) {
    const format = options.format ?? formatOf(file.path) ?? 'txt';
    const steps = stepsFor(format, cleaning);
    const fingerprint =
      onFile === undefined && file.sha256 === undefined ? undefined : new Fingerprint();
    let found = null;
    try {
      for await (const record of textRecordsIn(file.path, format, {
        ...options,
        tap: fingerprint,
      })) {
        throwIfCancelled(signal);
        const cleaned = steps.length === 0 ? record : cleanRecord(record, steps, knowledge);
        if (cleaned !== null) yield inSplit(cleaned, file.split);
      }
      found = fingerprint?.of(file) ?? null;
    } catch (thrown) {
      if (!isBadData(thrown)) throw thrown;
      // The change explains more than the error in the changed file.
      const isWanted = onBad !== undefined || file.sha256 !== undefined;
      if (fingerprint !== undefined && isWanted) found = await fingerprintFile(file, options);
      if (found !== null) refuseChanged(file, found);
      if (onBad === undefined) throw thrown;
      onBad(toAppErrorData(thrown));
    }
    if (found === null) continue;
    refuseChanged(file, found);
    onFile?.(found);
  }
}

/** Cleaning steps for a format. The visible text of a page can look like tags, which are kept. */
export function stepsFor(
  format: DataFormat,
  cleaning: readonly CleaningStep[],
): readonly CleaningStep[] {
  return format === 'html' ? cleaning.filter((step) => step !== 'html') : cleaning;
}

/** Texts of one file without cleaning. Throws the errors of `readTextRecords`. */
export function textRecordsIn(
  shownAs: string,
  format: DataFormat,
  options: TextRecordOptions & Pick<ReaderOptions, 'tap'>,
): AsyncGenerator<TextRecord> {
  const file = path.resolve(options.workspaceFolder, shownAs);
  const { dialect, atLeast, columns, onDoubt, tap, signal } = options;
  const reading: ReaderOptions = {
    ...{ shownAs, dialect, tap, signal, onDoubt },
    onBad: reporter(options),
  };
  return isTableFormat(format)
    ? textRecordsOf(readRecords(file, { ...reading, format }), {
        ...{ ...reading, columns, onBadTags: options.onBadTags },
      })
    : passageRecords(passagesOf(file, format, { ...reading, atLeast }, options), shownAs);
}

function passagesOf(
  file: string,
  format: TextFormat,
  reading: PassageFileOptions,
  { code = 'comments' }: TextRecordOptions,
): AsyncGenerator<VisiblePassage> {
  const language = format === 'code' ? languageOf(dataExtensionOf(file)) : null;
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

/** Lines that repeat across files or rows, after the earlier cleaning steps. */
async function countRepeatedLines(
  files: readonly ReadableFile[],
  options: TextRecordOptions,
): Promise<CleaningKnowledge> {
  const counter = new BoilerplateCounter();
  const before = CLEANING_STEPS.slice(0, CLEANING_STEPS.indexOf('boilerplate'));
  const cleaning = before.filter((step) => options.cleaning?.includes(step) === true);
  // The next pass reports invalid data.
  const reading = {
    ...options,
    cleaning,
    onBad: () => undefined,
    onFile: undefined,
    onDoubt: undefined,
    onBadTags: undefined,
  };
  let previous: string | null = null;
  for await (const { file, values, text } of readTextRecords(files, reading)) {
    // A row with one line is content, however often it repeats.
    if (values !== null && !text.text.trim().includes('\n')) continue;
    counter.add(text.text, { continues: values === null && file === previous });
    previous = file;
  }
  return { repeatedLines: counter.finish() };
}

/** A record after cleaning; `null` if no text is left. */
export function cleanRecord(
  record: TextRecord,
  steps: readonly CleaningStep[],
  knowledge: CleaningKnowledge | null,
): TextRecord | null {
  const text = cleanText(record.text, steps, knowledge);
  return /\S/.test(text.text) ? { ...record, text } : null;
}

/** Reports invalid rows to `onBad`, or throws their errors if it is absent. */
function reporter({ onBad, signal }: TextRecordOptions): (error: AppError) => void {
  return (error) => {
    throwIfCancelled(signal);
    if (onBad === undefined) throw error;
    onBad(error.data);
  };
}
