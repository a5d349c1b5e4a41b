import type { DataRecord } from '../../core/data/labelledRows.js';
import { BadInput } from '../../core/data/badInput.js';
import type { Message } from '../../core/messages/message.js';
import { guessTextColumns } from '../../core/data/columns.js';
import { isTableFormat } from '../../core/data/dataFormats.js';
import type { ReaderOptions } from '../data/readers/reader.js';
import type { LabelPrediction } from '../../core/predict/labelPrediction.js';
import { AsideFile } from '../data/datasetWriters/asideFile.js';
import { numberColumns } from '../../core/predict/numberColumns.js';
import { cellText, CsvRows } from '../../core/text/csvRows.js';
import { formatOf, readRecords } from '../data/labelledFiles.js';
import { textLinesOf } from '../data/readers/fileLines.js';
import { throwIfCancelled } from '../runtime/pace.js';
import type { LabelledModel, TextToLabel } from './labelledModel.js';

export interface FileToClassify {
  readonly file: string;
  /** Displayed name of the file. */
  readonly shownAs: string;
  /** Columns with the texts, for a table that has them. Default: guessed by their names. */
  readonly columns: { readonly text: string; readonly pair: string | null } | null;
  /** File to write, as comma-separated values. */
  readonly out: string;
  /** Whether formulas in its cells get an apostrophe. */
  readonly safeCsv: boolean;
  readonly signal: AbortSignal;
  /** Called between batches with the number of predicted texts. */
  readonly onProgress: (done: number) => Promise<void>;
}

/** Result of classifying a file. */
export interface ClassifiedFile {
  readonly rows: number;
  /** Number of cells that begin like formulas. */
  readonly formulas: number;
  /** Number of skipped rows, and why the first of them were. */
  readonly warnings: readonly Message[];
}

interface Numbered extends TextToLabel {
  /** Line or entry of the file, from 1. */
  readonly line: number;
}

const TEXTS_AT_ONCE = 256;

/**
 * Writes one row per line of a text or row of a table, in order: its line, its text and what the model
 * predicts; an empty text has an empty prediction. Invalid rows are skipped, counted and
 * named. Throws `Data`, `Storage` and `Cancelled`, and leaves no partial file.
 */
export async function classifyFile(
  model: LabelledModel,
  { file, shownAs, columns, out, safeCsv, signal, onProgress }: FileToClassify,
): Promise<ClassifiedFile> {
  const bad = new BadInput(true);
  const rows = new CsvRows({ isSafe: safeCsv });
  const target = await AsideFile.open(out);
  let done = 0;
  try {
    await target.append(rows.row(headerOf(model)));
    for await (const texts of batchesOf(textsOf({ file, shownAs, columns, signal, bad }))) {
      throwIfCancelled(signal);
      const predictions = new Map<number, LabelPrediction>();
      for await (const some of model.predictAll(texts)) {
        for (const [index, prediction] of some) predictions.set(index, prediction);
      }
      for (const [index, { line, text }] of texts.entries()) {
        const prediction = text.trim() === '' ? null : predictions.get(index)!;
        await target.append(rows.row([line, text, ...cellsOf(model, prediction)]));
      }
      done += texts.length;
      await onProgress(done);
    }
    await target.commit();
  } catch (thrown) {
    await target.discard();
    throw thrown;
  }
  return { rows: done, formulas: rows.formulas, warnings: bad.warnings() };
}

async function* batchesOf(texts: AsyncGenerator<Numbered>): AsyncGenerator<Numbered[]> {
  let batch: Numbered[] = [];
  for await (const text of texts) {
    batch.push(text);
    if (batch.length < TEXTS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* textsOf({
  file,
  shownAs,
  columns,
  signal,
  bad,
}: Pick<FileToClassify, 'file' | 'shownAs' | 'columns' | 'signal'> & {
  readonly bad: BadInput;
}): AsyncGenerator<Numbered> {
  const format = formatOf(shownAs);
  const onBad: ReaderOptions['onBad'] = (error) => bad.listener.onBad?.(error.data);
  if (format === null || !isTableFormat(format)) {
    for await (const lines of textLinesOf(file, { shownAs, onBad, signal })) {
      for (const { line, text } of lines) yield { line, text, pair: null };
    }
    return;
  }
  let known = columns;
  const reading = { shownAs, format, keepsBlank: true, onBad, signal };
  for await (const record of readRecords(file, reading)) {
    const { line, values } = record;
    const isBlank = Object.keys(values).length === 0;
    if (isBlank) yield { line, text: '', pair: null };
    else {
      known = known !== null && known.text in values ? known : guessTextColumns([record]);
      yield numbered(record, known);
    }
  }
}

function numbered(
  { line, values }: DataRecord,
  { text, pair }: { readonly text: string; readonly pair: string | null },
): Numbered {
  const value = values[text];
  return {
    line,
    text: Array.isArray(value) ? value.join(' ') : (cellText(value) ?? ''),
    pair: pair === null ? null : cellText(values[pair]),
  };
}

const FIRST = ['line', 'text'];

function headerOf({ kind, labels }: LabelledModel): string[] {
  switch (kind) {
    case 'labels':
      return [...FIRST, 'prediction', 'probability', ...labels.map((label) => `p(${label})`)];
    case 'numbers':
      return [...FIRST, ...numberColumns(labels, FIRST)];
    case 'tags':
      return [...FIRST, 'tags'];
  }
}

function cellsOf(model: LabelledModel, prediction: LabelPrediction | null): unknown[] {
  const { labels } = model;
  if (prediction === null)
    return headerOf(model)
      .slice(FIRST.length)
      .map(() => null);
  switch (prediction.kind) {
    case 'labels': {
      const of = new Map(
        prediction.probabilities.map(({ label, probability }) => [label, probability]),
      );
      const rounded = (label: string | undefined): number | null => {
        const probability = label === undefined ? undefined : of.get(label);
        return probability === undefined ? null : Number(probability.toFixed(6));
      };
      const [best] = prediction.labels;
      return [prediction.labels.join('; '), rounded(best), ...labels.map(rounded)];
    }
    case 'numbers':
      return labels.map((label) => prediction.numbers[label]);
    case 'tags':
      return [prediction.words.map(({ word, tag }) => `${word}/${tag ?? '?'}`).join(' ')];
  }
}
