import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { auditBounds, auditHover, auditLegend } from '../../../src/host/audits/auditMarkdown.js';
import type { ShownAudit } from '../../../src/host/audits/shownAudit.js';
import { Range } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const range = new Range(1, 0, 1, 3) as unknown as vscode.Range;
const row = {
  ...{ range, label: 'complaint', predicted: 'pra|ise' },
  words: [
    { text: 'fine', range, effect: 2 },
    { text: '[x](command:a)', range, effect: -0.5 },
  ],
};
const shown: ShownAudit = {
  ...{ document: {} as vscode.TextDocument, modelName: 'calm*river', unit: 'nats' },
  maskedExamples: 0.5,
  ...{ rows: [row], changed: 0, isLimited: false },
};

describe('texts of an audit in its file', () => {
  it('say what masking a word does to the label that is predicted, with foreign text escaped', () => {
    expect(auditHover(row.words[0]!, { ...row, label: 'pra|ise' }, shown)).toBe(
      'Masking **fine** changes the log-odds of “pra\\|ise” by -2.00 nats.',
    );
    expect(auditHover(row.words[1]!, row, shown)).toBe(
      'Masking **\\[x\\]\\(command:a\\)** changes the log-odds of “pra\\|ise” by +0.50 nats.  \n' +
        'The model predicts “pra\\|ise”; the row has “complaint”.',
    );
    expect(auditHover(row.words[0]!, { ...row, label: null }, { ...shown, unit: 'number' })).toBe(
      'Masking **fine** changes the predicted “pra\\|ise” by -2.00.',
    );
  });

  it('explain the steps, and count rows that are not shaded', () => {
    expect(auditBounds(shown)).toEqual([0.2, 0.6, 1.2]);
    const legend = auditLegend(shown);
    expect(legend).toContain('calm\\*river');
    expect(legend).toContain('| 1.20 nats or more |');
    expect(legend).toContain('1 audited row');
    expect(legend).not.toContain('changed');
    const more = auditLegend({ ...shown, changed: 2, isLimited: true });
    expect(more).toContain('2 rows have changed since the audit and are not shaded.');
    expect(more).toContain('Further audited rows are not shown.');
  });

  it('say if the model was not trained with masked texts, or if that is not known', () => {
    for (const [maskedExamples, caveat] of [
      [0, 'The model was not trained with masked texts'],
      [null, 'It is not known whether the model was trained with masked texts'],
    ] as const) {
      expect(auditHover(row.words[0]!, row, { unit: 'nats', maskedExamples })).toContain(caveat);
      expect(auditLegend({ ...shown, maskedExamples })).toContain(caveat);
    }
    expect(auditLegend(shown)).not.toContain('masked texts');
  });

  it('step numbers of any size', () => {
    const small = { ...row, words: [{ text: 'a', range, effect: 0.001 }] };
    expect(auditBounds({ ...shown, unit: 'number', rows: [small] })[2]).toBeCloseTo(0.0006);
    expect(auditBounds({ ...shown, unit: 'number', rows: [] })[0]).toBeGreaterThan(0);
    expect(auditLegend({ ...shown, unit: 'number' })).toContain('Change of the number');
  });
});
