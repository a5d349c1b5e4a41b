import path from 'node:path';
import { formatProbability } from '../core/format.js';
import type { LabelPrediction } from '../core/predict/labelPrediction.js';
import { numberColumns } from '../core/predict/numberColumns.js';
import type { LabelledModel } from '../node/models/labelledModel.js';
import { AsideFile } from '../node/data/datasetWriters/asideFile.js';
import { CsvRows } from '../core/text/csvRows.js';
import type { TextInFile } from '../node/data/textsToLabel.js';
import { usageError } from './commandLineError.js';

/** A text with its prediction; `null` for an empty text. */
export interface Predicted {
  readonly text: string;
  readonly pair: string | null;
  readonly prediction: LabelPrediction | null;
  /** Absent for texts from standard input. */
  readonly place?: Pick<TextInFile, 'file' | 'row' | 'id'>;
}

type Head = Pick<LabelledModel, 'kind' | 'labels'>;

/** One line for a person: `good 98%`; empty for an empty text. */
export function predictionLine({ prediction }: Predicted): string {
  switch (prediction?.kind) {
    case undefined:
      return '';
    case 'labels': {
      const { labels, probabilities } = prediction;
      const probabilityOf = (wanted: string): number | undefined =>
        probabilities.find(({ label }) => label === wanted)?.probability;
      return labels.length === 0
        ? 'none'
        : labels.map((label) => `${label} ${formatProbability(probabilityOf(label))}`).join('  ');
    }
    case 'numbers':
      return Object.entries(prediction.numbers)
        .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
        .join('  ');
    case 'tags':
      return prediction.words.map(({ word, tag }) => `${word}/${tag ?? '?'}`).join(' ');
  }
}

/** One JSON object with all probabilities. The prediction of an empty text is `null`. */
export function predictionJson(
  { text, pair, prediction, place }: Predicted,
  { kind }: Head,
): string {
  const { id = null, ...where } = place ?? {};
  const nothing = {
    labels: { kind, labels: null, probabilities: null },
    numbers: { kind, numbers: null },
    tags: { kind, words: null },
  }[kind];
  return JSON.stringify({
    ...where,
    ...(id === null ? {} : { id }),
    text,
    ...(pair === null ? {} : { pair }),
    ...(prediction ?? nothing),
  });
}

/** A file of predictions that appears when it is complete. */
export interface PredictionFile {
  readonly write: (predicted: Predicted) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
  /** Number of cells so far that spreadsheets would run as formulas without an apostrophe. */
  readonly formulas: () => number;
}

/** Opens a file of predictions, in the format of its extension. Throws for other extensions. */
export async function openPredictionFile(
  target: string,
  { head, isSafe }: { readonly head: Head; readonly isSafe: boolean },
): Promise<PredictionFile> {
  const extension = path.extname(target).toLowerCase();
  if (extension !== '.csv' && extension !== '.jsonl') {
    throw usageError(`--out must be a .jsonl or .csv file, but "${target}" was given.`, 'predict');
  }
  const file = await AsideFile.open(path.resolve(target));
  const rows = new CsvRows({ isSafe });
  const render =
    extension === '.csv'
      ? csvRendererOf(head, rows)
      : (predicted: Predicted) => `${predictionJson(predicted, head)}\n`;
  return {
    write: async (predicted) => {
      await file.append(render(predicted));
    },
    commit: () => file.commit(),
    discard: () => file.discard(),
    formulas: () => rows.formulas,
  };
}

const FIRST = ['file', 'row', 'id', 'text', 'pair'];

/** Columns: the place, the text, the prediction, and one number for each label. */
function csvRendererOf({ kind, labels }: Head, rows: CsvRows): (predicted: Predicted) => string {
  const probabilities = kind === 'labels' ? labels.map((label) => `probability of ${label}`) : [];
  const columns =
    kind === 'numbers' ? numberColumns(labels, FIRST) : ['prediction', ...probabilities];
  let head = rows.row([...FIRST, ...columns]);
  return ({ text, pair, prediction, place }) => {
    const { file, row, id } = place ?? {};
    const cells = prediction === null ? columns.map(() => null) : cellsOf(prediction, labels);
    const written = head + rows.row([file, row, id, text, pair, ...cells]);
    head = '';
    return written;
  };
}

function cellsOf(prediction: LabelPrediction, labels: readonly string[]): unknown[] {
  switch (prediction.kind) {
    case 'numbers':
      return labels.map((label) => prediction.numbers[label]);
    case 'tags':
      return [prediction.words.map(({ tag }) => tag)];
    case 'labels': {
      const of = new Map(prediction.probabilities.map((each) => [each.label, each.probability]));
      const [label = ''] = prediction.labels;
      const shown = prediction.labels.length > 1 ? prediction.labels : label;
      return [shown, ...labels.map((name) => of.get(name))];
    }
  }
}
