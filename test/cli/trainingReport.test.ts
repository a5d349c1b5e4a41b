import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrainingReport } from '../../src/cli/trainingReport.js';
import type { LogRow } from '../../src/core/runs/schema.js';
import { specOf } from '../support/syntheticRuns.js';

describe('the report of a run that trains', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('shows warnings and what is masked, whatever words say so', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const report = new TrainingReport(specOf('calm-otter'), '/runs/x');
    log.mockClear();
    const row = { time: '2026-11-23T17:15:00.000Z', level: 'info' } as const;
    const rows: LogRow[] = [
      { ...row, message: 'Masking of the moon' },
      { ...row, message: '15% of tokens are masked', topic: 'masking' },
      { ...row, level: 'warning', message: 'Little text' },
    ];
    report.log(rows);
    const lines = log.mock.calls.map(([line]) => stripVTControlCharacters(String(line)));
    expect(lines).toEqual(['15% of tokens are masked', 'Warning: Little text']);
  });
});
