import { message } from '../../../src/core/messages/message.js';
import { describe, expect, it } from 'vitest';
import { auditDocument } from '../../../src/core/audit/auditDocument.js';
import {
  auditReportSchema,
  type AuditFinding,
  type AuditReport,
} from '../../../src/core/audit/auditReport.js';
import { reportMarkdown, reportPage } from '../../../src/core/experiments/report/report.js';
import { ENGLISH, type Words } from '../../../src/core/messages/render.js';
import { dataAlone } from '../../support/dataAlone.js';

const PLACE = { file: '1.csv', line: 7 };
const SHARES = { texts: 40, share: 0.25, expectedShare: 0.5, adjustedP: 0.01 };
const IN_DATA = { dataTexts: 1200, dataShare: 0.9 };

function finding(text: string, shifted?: AuditFinding['shifted']): AuditFinding {
  return {
    ...{ text, label: '+', texts: 50, share: 0.5, effect: -2, pValue: 0, qValue: 0 },
    ...{ interval: { low: -3, high: -1 }, flipRate: 0.5, aloneRate: 0.25, isSelected: true },
    places: [PLACE],
    ...(shifted === undefined ? {} : { shifted }),
  };
}

/** A report with every part, whose data has no letters. */
const REPORT: AuditReport = auditReportSchema.parse({
  ...{ version: 1, createdAt: '2026-11-23T17:15:00.000Z', task: 'classification', seed: 0 },
  model: { name: '#1', folder: '/1', maskedExamples: 0 },
  data: {
    ...{ files: ['1.csv'], texts: 1200, audited: 200, cut: 3, trained: 5 },
    shifted: { files: ['2.csv'], texts: 150, overlapping: 2, trained: 4 },
  },
  ...{ labels: ['+', '-'], unit: 'nats', testedWords: 80, seconds: 12 },
  findings: [
    finding('<1>', { stability: 'unstable', ...SHARES, ...IN_DATA }),
    finding('2', { stability: 'consistent', ...SHARES, ...IN_DATA }),
    finding('3', { stability: 'tooFew', ...SHARES, ...IN_DATA }),
    finding('4', { stability: 'unseen', ...SHARES, ...IN_DATA, texts: 0, share: null }),
    finding('5'),
    { ...finding('6'), untested: 'noAssociation' },
    { ...finding('7'), untested: 'labelAbsent' },
    { ...finding('8'), untested: 'labelInAll' },
  ],
  maskedAccuracy: [
    { share: 0, accuracy: 1 },
    { share: 0.5, accuracy: 0.75 },
  ],
  faithfulness: {
    texts: 200,
    orders: {
      effect: { comprehensiveness: 0.5, sufficiency: 0.1 },
      random: { comprehensiveness: 0.2, sufficiency: 0.3 },
      reversed: { comprehensiveness: 0.1, sufficiency: 0.6 },
    },
  },
  gradients: {
    ...{ texts: 20, unconverged: 1, agreement: 0.8 },
    error: { mean: 0.004, largest: 0.0178 },
  },
  groups: [true, false].map((hasWord) => ({
    ...{ word: '1', label: '+', hasWord, texts: 20, accuracy: 0.5 },
    interval: { low: 0.3, high: 0.7 },
  })),
  errorWords: ['falsePositive', 'falseNegative'].map((kind) => ({
    ...{ word: '1', label: '+', kind, texts: 5, effect: 1, decides: 2 },
  })),
  suspects: [{ ...PLACE, text: '1 2 3', label: '+', suggested: '-', probability: 0.95 }],
});

function markdownOf(report: AuditReport, words: Words = ENGLISH): string {
  return reportMarkdown(auditDocument(report, words));
}

describe('the report of an audit', () => {
  it('names three of many files and counts the others', () => {
    const files = Array.from({ length: 600 }, (_, i) => `spam/${i}.txt`);
    const { shifted } = REPORT.data;
    const data = { ...REPORT.data, files, shifted: { ...shifted!, files: files.slice(0, 5) } };
    const text = reportMarkdown(auditDocument({ ...REPORT, data }, ENGLISH));
    expect(text).toContain(
      'texts from spam/0.txt, spam/1.txt, spam/2.txt, and 597 more were audited, in',
    );
    expect(text).toContain('from spam/0.txt, spam/1.txt, spam/2.txt, and 2 more.');
    expect(text).not.toContain('spam/3.txt');
  });

  it('counts copies that were left out, and compares the others', () => {
    const shifted = { ...REPORT.data.shifted!, copies: 20 };
    const text = markdownOf({ ...REPORT, data: { ...REPORT.data, copies: 1, shifted } });
    expect(text).toContain('1 copy of another text with the same label was left out.');
    expect(text).toContain('compared with 128 texts from 2.csv. 2 texts that the data has');
    expect(text).toContain('20 copies of other texts with the same label were left out.');
  });

  it('lists files that were skipped', () => {
    const notes = [message('data.outsideLabelFolders', { count: 1, file: 'mails/README' })];
    expect(markdownOf({ ...REPORT, notes })).toContain('- mails/README is beside folders');
  });

  it('has no text but that of the catalogue and the data', () => {
    const names = /\.csv/g;
    for (const unit of ['nats', 'number'] as const) {
      for (const maskedExamples of [null, 0, 0.5]) {
        const model = { ...REPORT.model, maskedExamples };
        const markdown = markdownOf({ ...REPORT, model, unit }, dataAlone);
        expect(markdown.replaceAll(names, '')).not.toMatch(/[a-z]{2}/i);
      }
    }
    const splits = [{ label: '1', value: 3, above: 148 }];
    const numbers = { ...REPORT.data, shifted: { ...REPORT.data.shifted!, splits } };
    const halves = markdownOf({ ...REPORT, data: numbers, unit: 'number' }, dataAlone);
    expect(halves.replaceAll(names, '')).not.toMatch(/[a-z]{2}/i);
    const none = { ...REPORT, findings: [], data: { ...REPORT.data, shifted: null } };
    const gradients = { texts: 20, unconverged: 1, agreement: null };
    expect(markdownOf({ ...none, gradients }, dataAlone).replaceAll(names, '')).not.toMatch(
      /[a-z]{2}/i,
    );
    expect(reportPage(auditDocument(REPORT, dataAlone))).toContain('<html lang="zh-cn">');
  });

  it('says of each word whether its association is reproduced elsewhere', () => {
    const markdown = markdownOf(REPORT);
    expect(markdown).toContain('was compared with 148 texts from 2.csv. 2 texts that the data has');
    expect(markdown).toContain(
      '| not reproduced: 90.0% of 1,200, 25.0% of 40, 50.0% expected | yes |',
    );
    expect(markdown).toContain('| not seen: 90.0% of 1,200 |');
    expect(markdown).toContain('| no association in the data |');
    expect(markdown).toContain('| −2.00 | −3.00 to −1.00 |');
    expect(markdown).toContain('\\<1\\>');
  });

  it('says why an association was not tested, by labels or by halves of numbers', () => {
    const markdown = markdownOf(REPORT);
    expect(markdown).toContain('| not tested: no text elsewhere has the label |');
    expect(markdown).toContain('| not tested: all texts elsewhere have the label |');
    const splits = [{ label: 'stars', value: 3, above: 148 }];
    const shifted = { ...REPORT.data.shifted!, splits };
    const numbers = markdownOf({ ...REPORT, data: { ...REPORT.data, shifted }, unit: 'number' });
    expect(numbers).toContain('| not tested: no number elsewhere is in this half |');
    expect(numbers).toContain('above 3 for “stars”');
    expect(numbers).toContain('for "stars" is above 3, where the data is split.');
  });

  it('says that texts were drawn in equal numbers for each label', () => {
    const drawn = (data: Partial<AuditReport['data']>, more: Partial<AuditReport> = {}): string =>
      markdownOf({ ...REPORT, ...more, data: { ...REPORT.data, ...data } });
    const said = 'drawn in equal numbers for each label';
    expect(drawn({ isByLabel: true })).toContain(said);
    expect(drawn({ isByLabel: false })).not.toContain(said);
    // Audits of older versions drew in the same way.
    expect(drawn({})).toContain(said);
    expect(drawn({ texts: 200 })).not.toContain(said);
    expect(drawn({}, { groups: [] })).not.toContain(said);
  });

  it('names exact matches as such where several labels may apply', () => {
    const [one, several] = [false, true].map((isMultiLabel) =>
      markdownOf({ ...REPORT, isMultiLabel, maskedAccuracy: [{ share: 0, accuracy: 0.5 }] }),
    );
    expect(several).toContain('all labels right and no other');
    expect(several).toMatch(/Exact match +\| 50/);
    expect(one).not.toMatch(/exact match/i);
    expect(one).toMatch(/Accuracy +\| 50/);
  });

  it('counts texts that the model was trained on, and tells the error of the gradients', () => {
    const markdown = markdownOf(REPORT);
    expect(markdown).toContain('5 of 1,200 texts in the audited files are in the training data');
    expect(markdown).toContain('4 compared texts of the shifted sample are in the training data');
    expect(markdown).toContain('by 0.4% on average and by at most 1.8%');
  });

  it('says that all findings of numbers are selected without a sample', () => {
    const data = { ...REPORT.data, shifted: null };
    expect(markdownOf({ ...REPORT, data })).toContain('an effect of at least 0.5 are selected');
    const numbers = markdownOf({ ...REPORT, data, unit: 'number' });
    expect(numbers).toContain('the words of all findings are selected');
    expect(numbers).not.toContain('loud');
  });

  it('names settings in the editor and flags on the command line', () => {
    const editor = { ...ENGLISH, surface: 'editor' } as const;
    const without = { ...REPORT, data: { ...REPORT.data, shifted: null } };
    expect(markdownOf(without)).toMatch(/--masked-examples 0\.5[^]*\\?\(--shifted\\?\)/);
    expect(markdownOf(without, editor)).not.toMatch(/--[a-z]/);
    expect(markdownOf(without, editor)).toContain('“Masked Examples”');
  });
});
