import { verbatim } from '../../src/core/messages/message.js';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrainingReport } from '../../src/cli/trainingReport.js';
import type { LogRow } from '../../src/core/runs/schema.js';
import { storedRun } from '../host/runs/storedRun.js';
import { specOf } from '../support/syntheticRuns.js';

describe('the report of a run that trains', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [1, '1 epoch'],
    [1.5, '1.5 epochs'],
    [3, '3 epochs'],
  ])('begins with the model, the data and the number of epochs (%d)', (epochs, shown) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const spec = specOf('calm-otter');
    new TrainingReport({ ...spec, training: { ...spec.training, epochs } }, '/runs/x');
    const [first] = log.mock.calls.map(([line]) => stripVTControlCharacters(String(line)));
    expect(first).toBe(`Fine-tuning small on 1 file (1.0 kB), ${shown}`);
  });

  it('shows warnings and the masking summary by their kinds, not by their words', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const report = new TrainingReport(specOf('calm-otter'), '/runs/x');
    log.mockClear();
    const row = { time: '2026-11-23T17:15:00.000Z', level: 'info' } as const;
    const rows: LogRow[] = [
      { ...row, message: verbatim('Masking of the moon') },
      { ...row, message: verbatim('15% of tokens are masked'), topic: 'masking' },
      { ...row, level: 'warning', message: verbatim('Little text') },
    ];
    report.log(rows);
    const lines = log.mock.calls.map(([line]) => stripVTControlCharacters(String(line)));
    expect(lines).toEqual(['15% of tokens are masked', 'Warning: Little text']);
  });

  it('says each time that the run is paused, once', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const report = new TrainingReport(specOf('calm-otter'), '/runs/x');
    log.mockClear();
    for (const status of ['running', 'paused', 'paused', 'running', 'paused'] as const) {
      report.state(storedRun({ id: '1-1-a', status, state: { step: 0 } }));
    }
    const lines = log.mock.calls.map(([line]) => String(line));
    const told = lines.filter((line) => line.startsWith('Paused.'));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^Paused\. Continue with: npx masklab resume .*x$/);
  });
});
