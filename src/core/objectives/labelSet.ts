import { inputError, type AppError } from '../errors.js';
import { problem } from '../messages/message.js';
import { shortList } from '../text/shortList.js';
import { numberIn } from '../data/numberFormat.js';
import { NO_ROWS, type Counts, type LabelFacts, type LabelScan } from '../data/scanLabels.js';
import type { TaskOptions } from './objective.js';

/** Upper limit on different values that count as labels. */
const MAX_LABELS = 1000;
/** Upper limit on different integers that count as labels rather than amounts. */
const MAX_NUMBER_LABELS = 20;
/** Untrained labels that an error names. */
const NAMED_LABELS = 5;

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
  throw inputError(problem('training.wordsWithTags'));
}

/** Throws `UserInput` unless the records hold lists of words. */
export function requireWords(scan: LabelScan): void {
  if (scan.facts().hasWords) return;
  throw inputError(problem('training.noWordsWithTags'));
}

/** Throws `Data` if a label is not a number. */
export function requireNumbers(scan: LabelScan): void {
  scan.requireNumbers();
}

/**
 * Labels in a fixed order, with their class weights. Throws `UserInput` for labels that cannot be
 * learned: only one, too many, or one without training rows.
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

/** `balanced`: rows / (labels × rows with the label), as in scikit-learn. */
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
  throw inputError(
    problem('training.classWeightCount', {
      labels: labels.length,
      count: wanted.length,
      names: { list: labels, join: 'and' },
    }),
  );
}

function onlyOne(labels: readonly string[]): AppError {
  return inputError(problem('training.oneLabel', { label: labels[0] ?? '' }));
}

function tooMany(column: string, count: number, rows: number): AppError {
  return inputError(problem('training.tooManyLabels', { column, values: count, rows }));
}

function neverTrained(labels: readonly string[]): AppError {
  const names = labels.map((label) => `"${label}"`);
  return inputError(
    problem('training.labelsNotTrained', { labels: shortList(names, NAMED_LABELS) }),
  );
}

function weightsOfSeveral(): AppError {
  return inputError(problem('training.classWeightsOfSeveral'));
}
