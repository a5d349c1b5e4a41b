import { describe, expect, it } from 'vitest';
import type { CrossValidation } from '../../../../src/core/evaluation/crossValidation.js';
import { crossValidationReport } from '../../../../src/core/experiments/report/crossValidationReport.js';
import { reportMarkdown } from '../../../../src/core/experiments/report/report.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';

const suspect = {
  ...{ file: 'reviews.csv', given: 'good', suggested: 'bad', text: 'dull | and\nlong' },
  ...{ givenProbability: 0.021, suggestedProbability: 0.957, margin: 0.936 },
};

function markdownOf(changes: Partial<CrossValidation>): string {
  const found: CrossValidation = {
    ...{ version: 1, task: 'classification', experiment: 'cross-validation' },
    runs: ['1/2', '2/2'].map((fold, i) => ({
      ...{ fold, run: `run-${i}`, rows: 45, predicted: 45, limitedBy: null },
      metrics: { accuracy: 0.9 },
    })),
    rows: { total: 90, predicted: 90, missing: 0, neverHeldOut: 0 },
    metrics: { accuracy: { mean: 0.9, deviation: 0.05, pooled: 0.911 } },
    report: {
      ...{ split: 'data', task: 'classification', examples: 90, metrics: { accuracy: 0.911 } },
      ...{ labels: null, worst: [] },
    },
    labelErrors: { thresholds: { good: 0.8, bad: 0.7 }, suspects: [{ ...suspect, line: 7 }] },
    ...changes,
  };
  const shown = { name: 'calm-otter', table: 'suspects.csv', words: ENGLISH };
  return reportMarkdown(crossValidationReport(found, shown), {
    ofPlace: ({ file, line }) => `/${file}#L${line}`,
  });
}

describe('the report of a cross-validation', () => {
  it('lists labels that may be wrong, with a link, both probabilities and the suggested label', () => {
    const text = markdownOf({});
    expect(text).toContain('# Cross-validation of calm-otter');
    expect(text).toContain('Each of 2 runs held out one part of the data. 90 of 90 rows');
    expect(text).toMatch(
      /\| \[reviews\.csv:7\]\(\/reviews\.csv#L7\) \| good \| 2\.1% \| bad \| 95\.7% \| dull/,
    );
    expect(text).toMatch(/accuracy \| 90\.0*% \| 5\.0*% \| 91\.1\d?%/i);
    expect(text).not.toContain('no prediction');
  });

  it('names the table that has the rows beyond the first 200', () => {
    const suspects = Array.from({ length: 203 }, (_, line) => ({ ...suspect, line: line + 2 }));
    const text = markdownOf({ labelErrors: { thresholds: {}, suspects } });
    expect(text).toContain('203 rows are listed');
    expect(text).toContain('3 more rows are in suspects.csv.');
    expect(text.match(/#L\d+/g)).toHaveLength(200);
  });

  it('says where nothing was found or looked for, and which rows have no prediction', () => {
    const none = markdownOf({ labelErrors: { thresholds: {}, suspects: [] } });
    expect(none).toContain('No row is listed.');
    const rows = { total: 90, predicted: 80, missing: 8, neverHeldOut: 2 };
    const other = markdownOf({ labelErrors: null, rows });
    expect(other).toContain('only looked for where each text has exactly one label');
    expect(other).toContain('8 held-out rows have no prediction');
    expect(other).toContain('2 rows were never held out');
  });
});
