import { styleText } from 'node:util';
import { formatCount, formatLoss, formatPerplexity, formatShare } from '../core/format.js';
import type { MaskedEvaluation } from '../core/evaluation/evaluateMaskedWords.js';
import { BERT_REPLACEMENT } from '../core/predict/maskAtRandom.js';
import type { EvaluationReport, LabelReport, WorstExample } from '../core/runs/evaluationReport.js';

/** Characters for the name of a metric. */
export const NAME_WIDTH = 24;
const SHOWN_LABELS = 20;
const SHOWN_WORST = 5;
const TEXT_WIDTH = 90;
const LABEL_WIDTH = 22;
/** Labels whose confusions fit a terminal. */
const MATRIX_LABELS = 10;

const TITLES = { heldOut: 'Held-out data', test: 'Test data', data: 'Data' } as const;

/** Lines of a report for a terminal: metrics of each label, confusions and the worst predictions. */
export function evaluationLines({ split, labels, worst, examples }: EvaluationReport): string[] {
  const title = `${TITLES[split]} (${formatCount(examples, 'example')})`;
  return [
    ...(labels === null ? [] : labelLines(title, labels)),
    ...(worst.length === 0 ? [] : worstLines(title, worst)),
  ];
}

/** Lines of an evaluation of a masked language model for a terminal. */
export function maskedEvaluationLines(evaluation: MaskedEvaluation): string[] {
  const { loss, perplexity, top1, top5, pseudoPerplexity, maskedTokens, sequences } = evaluation;
  const { mask, random } = BERT_REPLACEMENT;
  const kept = 1 - mask - random;
  const rows: [string, string][] = [
    ['loss', formatLoss(loss)],
    ['perplexity', formatPerplexity(perplexity)],
    ['top-1 accuracy', formatShare(top1)],
    ['top-5 accuracy', formatShare(top5)],
    ...(pseudoPerplexity === null
      ? []
      : [['pseudo-perplexity', formatPerplexity(pseudoPerplexity)] as [string, string]]),
  ];
  const shares = `${formatShare(mask)} [MASK], ${formatShare(random)} random, ${formatShare(kept)} unchanged`;
  const { tokens, unknownTokens } = evaluation;
  return [
    ...rows.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`),
    styleText(
      'dim',
      `${formatCount(maskedTokens, 'masked token')} in ${formatCount(sequences, 'sequence')}: ${formatShare(evaluation.rate)} at random (${shares}), seed ${evaluation.seed}`,
    ),
    ...(unknownTokens === 0
      ? []
      : [
          styleText(
            'dim',
            `${formatCount(unknownTokens, 'unknown token')} of ${formatCount(tokens, 'token')} left out, which makes all values too good: do not compare them with a model that knows more words`,
          ),
        ]),
  ];
}

function labelLines(title: string, labels: LabelReport): string[] {
  const { rows, macro, micro, macroRocAuc, macroAveragePrecision, confusion, threshold } = labels;
  const hasThresholds = rows.some(({ best }) => best !== null);
  const head = ['precision', 'recall', 'F1', 'ROC AUC', 'PR AUC', 'support'].map((name) =>
    name.padStart(10),
  );
  const shown = rows.slice(0, SHOWN_LABELS);
  const number = (value: number | null): string =>
    (value === null ? '–' : value.toFixed(3)).padStart(10);
  const numbers = (name: string, ...values: (number | null)[]): string =>
    `  ${cut(name)}${values.map(number).join('')}`;
  const lines = shown.map((row) => {
    const { label, precision, recall, f1, rocAuc, averagePrecision, support, best } = row;
    const threshold =
      best === null ? '' : `  ${best.f1.toFixed(3)} from ${formatShare(best.threshold)} on`;
    const cells = numbers(label, precision, recall, f1, rocAuc, averagePrecision);
    return `${cells}${String(support).padStart(10)}${threshold}`;
  });
  const more = rows.length - shown.length;
  return [
    bold(`${title.padEnd(LABEL_WIDTH + 2)}${head.join('')}${hasThresholds ? '  best F1' : ''}`),
    ...lines,
    ...(more > 0 ? [`  … ${formatCount(more, 'more label')}`] : []),
    numbers('macro average', ...averages(macro), macroRocAuc, macroAveragePrecision),
    ...(micro === null ? [] : [numbers('micro average', ...averages(micro))]),
    ...(hasThresholds
      ? [
          styleText(
            'dim',
            '  best F1: with the threshold chosen on these very rows, so it is too high for other rows',
          ),
        ]
      : []),
    ...(labels.curves?.calibration == null
      ? []
      : [
          `  ${cut('calibration error')}${formatShare(labels.curves.calibration.error).padStart(10)}`,
        ]),
    ...(threshold === null
      ? []
      : [
          `  ${threshold.label} from ${formatShare(threshold.value)} on, chosen on held-out data: accuracy ${formatShare(threshold.accuracy)}, macro F1 ${threshold.macroF1.toFixed(3)}`,
        ]),
    ...(confusion === null || rows.length > MATRIX_LABELS
      ? []
      : confusionLines(
          rows.map(({ label }) => label),
          confusion,
        )),
  ];
}

function averages({ precision, recall, f1 }: LabelReport['macro']): number[] {
  return [precision, recall, f1];
}

function confusionLines(labels: readonly string[], confusion: LabelReport['confusion']): string[] {
  const width = Math.max(6, ...labels.map(({ length }) => Math.min(12, length))) + 2;
  const cells = (values: readonly (string | number)[]): string =>
    values.map((value) => String(value).slice(0, 12).padStart(width)).join('');
  return [
    bold(`${'Expected ↓ predicted →'.padEnd(LABEL_WIDTH + 2)}${cells(labels)}`),
    ...(confusion ?? []).map((row, i) => `  ${cut(labels[i]!)}${cells(row)}`),
  ];
}

function worstLines(title: string, worst: readonly WorstExample[]): string[] {
  return [
    bold(`${title}: predictions with the highest loss`),
    ...worst
      .slice(0, SHOWN_WORST)
      .flatMap(({ file, line, text, expected, predicted, loss }) => [
        `  ${file}:${line}  ${oneLine(text)}`,
        styleText(
          'dim',
          `    expected ${expected}, predicted ${predicted}, loss ${loss.toFixed(3)}`,
        ),
      ]),
  ];
}

function cut(label: string): string {
  const text = oneLine(label);
  return (text.length > LABEL_WIDTH ? `${text.slice(0, LABEL_WIDTH - 1)}…` : text).padEnd(
    LABEL_WIDTH,
  );
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > TEXT_WIDTH ? `${line.slice(0, TEXT_WIDTH)}…` : line;
}

function bold(text: string): string {
  return styleText('bold', text);
}
