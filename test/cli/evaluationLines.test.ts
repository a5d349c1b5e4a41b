import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { evaluationLines, maskedEvaluationLines } from '../../src/cli/evaluationLines.js';
import { LabelStatistics } from '../../src/core/evaluation/labelStatistics.js';
import {
  evaluationReportSchema,
  type EvaluationReport,
} from '../../src/core/runs/evaluationReport.js';

function report(): EvaluationReport {
  const statistics = new LabelStatistics({ labels: ['no', 'yes'], multiLabel: false });
  const half = Math.log(0.7 / 0.3);
  statistics.add(['no'], Float32Array.of(half, 0));
  statistics.add(['yes'], Float32Array.of(half, 0));
  statistics.add(['yes'], Float32Array.of(0, half));
  return {
    ...{ split: 'test', task: 'classification', examples: 3, metrics: {} },
    ...{ labels: statistics.report(), worst: [] },
  };
}

const linesOf = (given: EvaluationReport): string[] =>
  evaluationLines(given).map((line) => stripVTControlCharacters(line).trimEnd());

it('shows the metrics of labels, their averages and the calibration error', () => {
  const [head, no, yes, macro, micro, calibration] = linesOf(report());
  const cells = (line: string | undefined): string[] => line!.trim().split(/ {2,}/);
  expect(cells(head).slice(1)).toEqual([
    'precision',
    'recall',
    'F1',
    'ROC AUC',
    'PR AUC',
    'support',
  ]);
  expect(cells(no)).toEqual(['no', '0.500', '1.000', '0.667', '0.750', '0.500', '1']);
  expect(cells(yes)).toEqual(['yes', '1.000', '0.500', '0.667', '0.750', '0.833', '2']);
  expect(cells(macro)).toEqual(['macro average', '0.750', '0.750', '0.667', '0.750', '0.667']);
  expect(cells(micro)).toEqual(['micro average', '0.667', '0.667', '0.667']);
  expect(cells(calibration)).toEqual(['calibration error', '3.3%']);
});

it('shows a report of an earlier version without what it lacks', () => {
  const { labels, ...rest } = report();
  const { micro, macroAveragePrecision, curves, rows, ...kept } = labels!;
  expect([micro, macroAveragePrecision, curves]).not.toContain(null);
  const old = rows.map((row) => ({ ...row, averagePrecision: undefined }));
  const text = linesOf(
    evaluationReportSchema.parse({ ...rest, labels: { ...kept, rows: old } }),
  ).join('\n');
  expect(text).toMatch(/no +0\.500 +1\.000 +0\.667 +0\.750 +– +1/);
  expect(text).not.toMatch(/micro|calibration/);
});

it('says that the threshold of the best F1 was chosen on the same rows', () => {
  const statistics = new LabelStatistics({ labels: ['fire', 'flood'], multiLabel: true });
  statistics.add(['fire'], Float32Array.of(-1, -2));
  statistics.add(['flood'], Float32Array.of(-2, 1));
  const text = linesOf({ ...report(), labels: statistics.report() }).join('\n');
  expect(text).toMatch(/fire .* 1\.000 from 26\.9% on/);
  expect(text).toContain('chosen on these very rows, so it is too high for other rows');
  expect(linesOf(report()).join('\n')).not.toContain('these very rows');
});

it('says that unknown tokens make the values of a masked language model too good', () => {
  const textOf = (unknownTokens: number): string =>
    maskedEvaluationLines({
      ...{ loss: 2, perplexity: 7.4, top1: 0.5, top5: 0.8, pseudoPerplexity: null },
      ...{ maskedTokens: 30, tokens: 200, unknownTokens, sequences: 3, rate: 0.15, seed: 0 },
    })
      .map((line) => stripVTControlCharacters(line))
      .join('\n');
  expect(textOf(12)).toContain('12 unknown tokens of 200 tokens left out');
  expect(textOf(0)).not.toContain('unknown');
});
