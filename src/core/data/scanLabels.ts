import { contentKey } from './examples/chunk.js';
import { GrowingArray } from './examples/growingArray.js';
import { RecordSplitter, type RecordSplitting } from './splitting/splitter.js';
import {
  labelsOf,
  listIn,
  numberIn,
  numbersOf,
  tagsOf,
  textOf,
  wordsOf,
  type AnswerOptions,
  type DataRecord,
} from './labelledRows.js';
import type { TaskSpec } from '../runs/schema.js';
import { AppError } from '../errors.js';

export type LabelledTaskKind = Exclude<TaskSpec['kind'], 'masked-lm'>;
export type LossOption = Extract<TaskSpec, { kind: 'classification' }>['loss'];

/** What a text is told apart by: duplicates have the same key, whatever their label. */
export function recordKey(text: string, pair: string | null): string {
  return contentKey(pair === null ? text : `${text}\u001f${pair}`);
}

interface ValueCount {
  readonly record: DataRecord;
  readonly number: number;
  train: number;
  /** Test rows included. */
  heldOut: number;
}

/** More different values than this are no labels. */
const MAX_LABELS = 1000;
/** Whole numbers with at most this many different values are taken for labels. */
const MAX_NUMBER_LABELS = 20;
/** Enough to know that a column holds no labels, without keeping all of it. */
const MAX_VALUES = 100_000;

/** Counts the label values of records, whatever the task will be, for training and held-out rows. */
export class LabelScan {
  rows = 0;
  trainRows = 0;
  private readonly counts = new Map<string, ValueCount>();
  private hasWords: boolean | null = null;

  /** Each value that was counted, and the row that it stands in. */
  private readonly values = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly valueRows = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly splitter: RecordSplitter;

  constructor(
    private readonly options: AnswerOptions,
    splitting: RecordSplitting,
  ) {
    this.splitter = new RecordSplitter(splitting);
  }

  /** Throws `Data` where the text of the record, or what it says of its split, cannot be used. */
  add(record: DataRecord): void {
    const { columns } = this.options;
    this.hasWords ??= listIn(record.values[columns.text]) !== null;
    const text = this.hasWords
      ? wordsOf(record, columns.text).join(' ')
      : textOf(record, columns.text);
    const pair = columns.pair === null ? null : textOf(record, columns.pair);
    const row = this.splitter.addRecord(record, { text, key: recordKey(text, pair) });
    if (row === null) return;
    this.rows++;
    const values = this.hasWords
      ? tagsOf(record, columns)
      : [JSON.stringify(columns.labels.map((column) => record.values[column] ?? null))];
    for (const value of values) {
      let count = this.counts.get(value);
      if (count === undefined) {
        if (this.counts.size >= MAX_VALUES) continue;
        count = { record, number: this.counts.size, train: 0, heldOut: 0 };
        this.counts.set(value, count);
      }
      this.values.push(count.number);
      this.valueRows.push(row);
    }
  }

  /** Counts the values by split, once all rows are there: a row's like may come after it. */
  finish(): void {
    const { splits } = this.splitter.finish({ nonEmpty: false });
    const counts = [...this.counts.values()];
    const rows = this.valueRows.view();
    this.values.view().forEach((number, i) => {
      counts[number]![splits[rows[i]!] === 0 ? 'train' : 'heldOut']++;
    });
    this.trainRows = splits.reduce((sum, split) => sum + Number(split === 0), 0);
  }

  /** The task that the label values are those of. */
  guessTask(): LabelledTaskKind {
    if (this.hasWords === true) return 'token-classification';
    const { columns, labelDelimiter } = this.options;
    if (labelDelimiter !== null) return 'classification';
    const values = [...this.counts.values()].flatMap(({ record }) =>
      columns.labels.map((column) => record.values[column]),
    );
    const numbers = values.map(numberIn);
    if (numbers.some((number) => number === null)) return 'classification';
    if (columns.labels.length > 1) {
      return numbers.every((number) => number === 0 || number === 1)
        ? 'classification'
        : 'regression';
    }
    const isCounted = numbers.every(Number.isInteger) && this.counts.size <= MAX_NUMBER_LABELS;
    return isCounted ? 'classification' : 'regression';
  }

  /**
   * The task with its labels, in a fixed order. Throws `UserInput` or `Data` where the labels cannot
   * be learned: only one, too many, or one that no training row has.
   */
  task(kind: LabelledTaskKind, options: TaskOptions): TaskSpec {
    if ((kind === 'token-classification') !== (this.hasWords === true)) {
      throw wrongTask(this.hasWords === true);
    }
    const { columns } = this.options;
    if (kind === 'regression') {
      for (const { record } of this.counts.values()) numbersOf(record, columns.labels);
      return { kind, outputs: [...columns.labels] };
    }
    if (options.loss === 'kl') {
      const labels = [...columns.labels];
      for (const { record } of this.counts.values()) numbersOf(record, labels);
      return classification(labels, options, { multiLabel: false, classWeights: null });
    }
    const { counts, multiLabel } = kind === 'classification' ? this.labels() : this.tags();
    if (counts.size > MAX_LABELS) throw tooMany(columns.labels[0]!, counts.size, this.rows);
    if (multiLabel)
      columns.labels.slice(1).forEach((name) => counts.has(name) || counts.set(name, NO_ROWS));
    const labels = orderLabels([...counts.keys()]);
    if (labels.length < 2 && !multiLabel) throw onlyOne(labels);
    const untrained = labels.filter((label) => counts.get(label)!.train === 0);
    if (untrained.length > 0) throw neverTrained(untrained);
    const classWeights = weightsOf(
      labels.map((label) => counts.get(label)!.train),
      { wanted: options.classWeights, labels },
    );
    if (kind === 'token-classification') {
      return { kind, labels, labelSmoothing: options.labelSmoothing, classWeights };
    }
    if (multiLabel && classWeights !== null) throw weightsOfSeveral();
    return classification(labels, options, { multiLabel, classWeights });
  }

  private labels(): { counts: Map<string, Counts>; multiLabel: boolean } {
    const { columns, labelDelimiter } = this.options;
    const counts = new Map<string, Counts>();
    let multiLabel = columns.labels.length > 1 || labelDelimiter !== null;
    for (const { record, train, heldOut } of this.counts.values()) {
      if (listIn(record.values[columns.labels[0]!]) !== null) multiLabel = true;
      for (const label of labelsOf(record, this.options)) addTo(counts, label, { train, heldOut });
    }
    return { counts, multiLabel };
  }

  private tags(): { counts: Map<string, Counts>; multiLabel: false } {
    return { counts: new Map(this.counts), multiLabel: false };
  }
}

interface Counts {
  readonly train: number;
  readonly heldOut: number;
}
const NO_ROWS: Counts = { train: 0, heldOut: 0 };

export interface TaskOptions {
  readonly labelSmoothing: number;
  /** `balanced` weighs each label by the rows of all over its own; numbers go by label order. */
  readonly classWeights: 'balanced' | readonly number[] | null;
  /** Null for cross entropy, binary where a text has several labels. */
  readonly loss: LossOption | null;
}

function addTo(counts: Map<string, Counts>, label: string, { train, heldOut }: Counts): void {
  const old = counts.get(label) ?? NO_ROWS;
  counts.set(label, { train: old.train + train, heldOut: old.heldOut + heldOut });
}

function classification(
  labels: string[],
  { labelSmoothing, loss }: TaskOptions,
  facts: { multiLabel: boolean; classWeights: number[] | null },
): TaskSpec {
  return {
    kind: 'classification',
    labels,
    labelSmoothing,
    loss: loss ?? (facts.multiLabel ? 'binaryCrossEntropy' : 'crossEntropy'),
    ...facts,
  };
}

/**
 * Labels in a fixed order: numbers by value; tags with `O` first and each entity's `B-` before its
 * `I-`; all others by code units.
 */
export function orderLabels(labels: readonly string[]): string[] {
  if (labels.every((label) => numberIn(label) !== null)) {
    return [...labels].sort((a, b) => Number(a) - Number(b) || compare(a, b));
  }
  const entity = (label: string): string => label.replace(/^[BIESLU]-/, '');
  return [...labels].sort((a, b) => {
    if ((a === 'O') !== (b === 'O')) return a === 'O' ? -1 : 1;
    return compare(entity(a), entity(b)) || compare(a, b);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `balanced`: rows / (labels × rows with the label), as scikit-learn has it. */
function weightsOf(
  counts: readonly number[],
  { wanted, labels }: { wanted: TaskOptions['classWeights']; labels: readonly string[] },
): number[] | null {
  if (wanted === null) return null;
  if (wanted === 'balanced') {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => Number((total / (counts.length * count)).toPrecision(6)));
  }
  if (wanted.length === labels.length) return [...wanted];
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `There are ${wanted.length} class weights for ${labels.length} labels.`,
      remedy: `Give one for each of ${labels.join(', ')}, in this order, or "balanced".`,
    },
  });
}

function userInput(problem: string, remedy: string): AppError {
  return new AppError({ code: 'UserInput', details: { problem, remedy } });
}

function wrongTask(hasWords: boolean): AppError {
  return hasWords
    ? userInput(
        'The data holds lists of words with tags, which only token classification learns from.',
        'Choose the task token-classification, or a column that holds whole texts.',
      )
    : userInput(
        'Token classification needs lists of words with a tag each; the data holds whole texts.',
        'Give JSON lines with "tokens" and "tags", or a CoNLL file.',
      );
}

function onlyOne(labels: readonly string[]): AppError {
  return userInput(
    `All rows have the same label, "${labels[0] ?? ''}": there is nothing to tell apart.`,
    'Add rows with another label, or choose another label column.',
  );
}

function tooMany(column: string, count: number, rows: number): AppError {
  return userInput(
    `The column "${column}" has ${count} different values in ${rows} rows, too many for labels.`,
    'Choose another label column; numbers to be predicted are the task regression.',
  );
}

function neverTrained(labels: readonly string[]): AppError {
  const shown = labels.slice(0, 5).map((label) => `"${label}"`);
  return userInput(
    `No row to train on has the label ${shown.join(', ')}${labels.length > 5 ? ' and others' : ''}: the few there are were held out.`,
    'Add rows with it, remove it, or hold out a smaller part.',
  );
}

function weightsOfSeveral(): AppError {
  return userInput(
    'Class weights are for one label a text; here a text may have several.',
    'Leave the class weights out.',
  );
}
