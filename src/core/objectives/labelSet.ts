import { AppError } from '../errors.js';
import { numberIn, numbersOf } from '../data/labelledRows.js';
import { NO_ROWS, type Counts, type LabelFacts, type LabelScan } from '../data/scanLabels.js';
import type { TaskOptions } from './objective.js';

/** More different values than this are no labels. */
const MAX_LABELS = 1000;
/** Whole numbers with at most this many different values are taken for labels. */
const MAX_NUMBER_LABELS = 20;

/** Whether label values are amounts, and not the numbers of classes or flags of 0 and 1. */
export function holdsQuantities({
  hasDelimiter,
  labelColumns,
  values,
  numbers,
}: LabelFacts): boolean {
  if (hasDelimiter || numbers === null) return false;
  if (labelColumns > 1) return !numbers.every((number) => number === 0 || number === 1);
  return !numbers.every(Number.isInteger) || values > MAX_NUMBER_LABELS;
}

/** Throws `UserInput` unless the records hold whole texts. */
export function requireTexts(scan: LabelScan): void {
  if (!scan.facts().hasWords) return;
  throw userInput(
    'The data holds lists of words with tags, which only token classification learns from.',
    'Choose the task token-classification, or a column that holds whole texts.',
  );
}

/** Throws `UserInput` unless the records hold lists of words. */
export function requireWords(scan: LabelScan): void {
  if (scan.facts().hasWords) return;
  throw userInput(
    'Token classification needs lists of words with a tag each; the data holds whole texts.',
    'Give JSON lines with "tokens" and "tags", or a CoNLL file.',
  );
}

/** Throws `Data` where a label is not a number. */
export function requireNumbers(scan: LabelScan): void {
  for (const record of scan.records()) numbersOf(record, scan.labelColumns);
}

/**
 * Labels in a fixed order, with their class weights. Throws `UserInput` for labels that cannot be
 * learned: only one, too many, or one that no training row has.
 */
export function learnableLabels(
  scan: LabelScan,
  {
    counts,
    multiLabel,
    options,
  }: { counts: Map<string, Counts>; multiLabel: boolean; options: TaskOptions },
): { labels: string[]; classWeights: number[] | null } {
  const { labelColumns } = scan;
  if (counts.size > MAX_LABELS) throw tooMany(labelColumns[0]!, counts.size, scan.rows);
  if (multiLabel) {
    labelColumns.slice(1).forEach((name) => counts.has(name) || counts.set(name, NO_ROWS));
  }
  const labels = orderLabels([...counts.keys()]);
  if (labels.length < 2 && !multiLabel) throw onlyOne(labels);
  const untrained = labels.filter((label) => counts.get(label)!.train === 0);
  if (untrained.length > 0) throw neverTrained(untrained);
  const classWeights = weightsOf(
    labels.map((label) => counts.get(label)!.train),
    { wanted: options.classWeights, labels },
  );
  if (multiLabel && classWeights !== null) throw weightsOfSeveral();
  return { labels, classWeights };
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
