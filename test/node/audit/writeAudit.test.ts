import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  auditReportSchema,
  findingSchema,
  type AuditFinding,
} from '../../../src/core/audit/auditReport.js';
import { writeAudit } from '../../../src/node/audit/writeAudit.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const folder = useScratchFolder();

const FINDING: AuditFinding = {
  ...{ text: 'fine', label: 'good', texts: 50, share: 0.5, effect: 2, pValue: 0, qValue: 0 },
  ...{ interval: { low: 1, high: 3 }, flipRate: 0.5, aloneRate: null, isSelected: true },
  places: [{ file: 'a.csv', line: 7 }],
  shifted: {
    ...{ stability: 'unstable', texts: 40, share: 0.25, expectedShare: 0.5, adjustedP: 0.01 },
    ...{ dataTexts: 120, dataShare: 0.75 },
  },
};
const UNTESTED: AuditFinding = { ...FINDING, text: 'well', isSelected: false };
delete (UNTESTED as { shifted?: unknown }).shifted;

const REPORT = auditReportSchema.parse({
  ...{ version: 1, createdAt: '2026-11-23T17:15:00.000Z', task: 'classification', seed: 0 },
  model: { name: 'm', folder: '/m', maskedExamples: 0 },
  data: {
    ...{ files: ['a.csv'], texts: 100, audited: 50, cut: 0 },
    shifted: { files: ['b.csv'], texts: 90, overlapping: 0 },
  },
  ...{ labels: ['good', 'bad'], unit: 'nats', testedWords: 8, seconds: 1, maskedAccuracy: [] },
  findings: [FINDING, { ...UNTESTED, untested: 'labelAbsent' }],
  ...{ faithfulness: null, gradients: null, groups: [], errorWords: [], suspects: [] },
});

describe('the files of an audit', () => {
  it('have of each finding its test elsewhere, and whether the model knows masks', async () => {
    await writeAudit(folder.path, { report: REPORT, saliences: [] }, { isSafe: true });
    const read = (name: string): string => fs.readFileSync(path.join(folder.path, name), 'utf8');
    const [head, ...rows] = read('findings.csv').trim().split('\r\n');
    const columns = head!.split(',');
    // Readers of earlier tables find their columns where they were.
    expect(columns.slice(0, 14).join()).toBe(
      'word,label,texts,share,effect,low,high,p,q,flip_rate,alone_rate,selected,file,line',
    );
    const [fine, well] = rows.map((row) => {
      const cells = row.split(',');
      expect(cells).toHaveLength(columns.length);
      return Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
    });
    expect(fine).toMatchObject({
      ...{ stability: 'unstable', data_texts: '120', data_share: '0.75', sample_texts: '40' },
      ...{ sample_share: '0.25', expected_share: '0.5', sample_q: '0.01', untested: '' },
      masked_examples: '0',
    });
    expect(well).toMatchObject({ stability: '', untested: 'labelAbsent', masked_examples: '0' });

    const lines = read('findings.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines.map((line) => findingSchema.parse(line))).toEqual(REPORT.findings);
    expect(lines[0]).toMatchObject({ unit: 'nats', maskedExamples: 0 });
  });
});
