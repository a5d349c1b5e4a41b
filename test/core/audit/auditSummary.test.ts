import { describe, expect, it } from 'vitest';
import type { AuditFinding, AuditReport } from '../../../src/core/audit/auditReport.js';
import { auditSummarySchema, summaryOfAudit } from '../../../src/core/audit/auditSummary.js';

function finding(index: number): AuditFinding {
  return {
    ...{ text: `w${index >> 1}`, label: index % 2 === 0 ? 'a' : 'b', texts: 50, share: 0.5 },
    ...{ effect: 9 - index / 10, interval: { low: 0, high: 9 }, pValue: 0, qValue: 0 },
    ...{ flipRate: 0.5, aloneRate: 0.25, isSelected: index < 3 },
    places: [1, 2, 3, 4].map((line) => ({ file: 'a.csv', line })),
    ...(index > 0 && {
      shifted: {
        ...{ stability: 'unstable', texts: 9, share: 0.5, expectedShare: 0.9, adjustedP: 0 },
        ...{ dataTexts: 90, dataShare: 0.9 },
      },
    }),
  };
}

function report(findings: number): AuditReport {
  return {
    ...{ version: 1, createdAt: '2026-11-23T17:15:00.000Z', task: 'classification', seed: 0 },
    model: { name: 'm', folder: '/model', maskedExamples: null },
    data: {
      ...{ files: ['a.csv'], texts: 900, audited: 200, cut: 0 },
      shifted: { files: ['b.csv'], texts: 9, overlapping: 0 },
    },
    ...{ labels: ['a', 'b'], unit: 'nats', testedWords: 0, maskedAccuracy: [] },
    findings: Array.from({ length: findings }, (_, index) => finding(index)),
    ...{ faithfulness: null, gradients: null, groups: [], errorWords: [], suspects: [] },
    seconds: 1,
  };
}

describe('the summary of an audit', () => {
  it('has the strongest findings with a few of their places, and counts all', () => {
    const summary = summaryOfAudit(report(30));
    expect(summary).toMatchObject({ audited: 200, hasSample: true, count: 30 });
    expect(summary.findings).toHaveLength(10);
    expect(summary.findings[0]).toEqual({
      ...{ text: 'w0', label: 'a', texts: 50, effect: 9, interval: { low: 0, high: 9 } },
      ...{ flipRate: 0.5, isSelected: true, stability: null },
      places: [1, 2, 3].map((line) => ({ file: 'a.csv', line })),
    });
    expect(summary.findings[1]!.stability).toBe('unstable');
    // A word that speaks for two labels is masked once.
    expect(summary.selected).toBe(2);
    expect(auditSummarySchema.parse(summary)).toEqual(summary);
  });

  it('can have no finding', () => {
    expect(summaryOfAudit(report(0))).toMatchObject({ count: 0, selected: 0, findings: [] });
  });
});
