import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT } from '../../../src/cli/auditCommand.js';
import type { AuditProgress } from '../../../src/core/audit/auditProgress.js';
import { AUDIT_FILES, type AuditReport } from '../../../src/core/audit/auditReport.js';
import {
  AUDIT_OPTIONS,
  auditFolderOf,
  auditRunModel,
  readRunAudit,
  readRunSaliences,
  type RunAuditRequest,
} from '../../../src/node/runs/runAudit.js';
import { specOf } from '../../support/syntheticRuns.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const folder = useScratchFolder();

const REPORT: AuditReport = {
  ...{ version: 1, createdAt: '2026-11-23T17:15:00.000Z', task: 'classification', seed: 0 },
  model: { name: 'model', folder: '/model', maskedExamples: null },
  data: { files: ['a.csv'], texts: 1, audited: 1, cut: 0, shifted: null },
  ...{ labels: ['a', 'b'], unit: 'nats', testedWords: 0, findings: [], maskedAccuracy: [] },
  ...{ faithfulness: null, gradients: null, groups: [], errorWords: [], suspects: [], seconds: 1 },
};

/** A command line that writes an audit and ends as told. */
function commandLine(end: string): { readonly cliPath: string; readonly execPath: string } {
  folder.write(
    'cli.cjs',
    `const fs = require('node:fs');
const args = process.argv.slice(2);
const out = args.find((arg) => arg.startsWith('--out=')).slice(6);
fs.mkdirSync(out);
fs.writeFileSync(out + '/args.json', JSON.stringify(args));
${end}`,
  );
  return { cliPath: path.join(folder.path, 'cli.cjs'), execPath: process.execPath };
}

const FINISHES = `const report = ${JSON.stringify(REPORT)};
fs.writeFileSync(out + '/${AUDIT_FILES.report}', JSON.stringify(report));
console.log(JSON.stringify(report));`;

function run(): string {
  const directory = path.join(folder.path, 'run');
  fs.mkdirSync(directory, { recursive: true });
  return directory;
}

function audit(
  end: string,
  {
    signal = new AbortController().signal,
    onProgress = () => undefined,
  }: Partial<Pick<RunAuditRequest, 'signal' | 'onProgress'>> = {},
): Promise<AuditReport> {
  const spec = specOf('run');
  const columns = { text: 'review', pair: null, labels: ['verdict'] };
  return auditRunModel(run(), {
    ...commandLine(end),
    workspaceFolder: folder.path,
    data: ['/data/a b.csv', '/data/b.csv'],
    shifted: ['/data/--c.csv'],
    swaps: '/data/pairs, all.txt',
    spec: {
      ...spec,
      task: {
        ...{ kind: 'classification', labels: ['a', 'b'], multiLabel: false, labelSmoothing: 0 },
        ...{ loss: 'crossEntropy', classWeights: null },
      },
      data: { ...spec.data, labelled: { format: null, columns, labelDelimiter: null } },
    },
    ...{ signal, onProgress },
  });
}

function leaveEarlier(): void {
  folder.write(`run/audit/${AUDIT_FILES.report}`, JSON.stringify({ ...REPORT, seconds: 5 }));
  folder.write('run/audit/old.csv', '');
}

describe('the audit of a run', () => {
  it('takes the place of an earlier one, and reads the data as the run did', async () => {
    leaveEarlier();
    expect((await audit(FINISHES)).seconds).toBe(1);
    expect(fs.readdirSync(run())).toEqual(['audit']);
    expect(fs.readdirSync(auditFolderOf(run())).sort()).toEqual(['args.json', 'audit.json']);
    const args = JSON.parse(
      fs.readFileSync(path.join(auditFolderOf(run()), 'args.json'), 'utf8'),
    ) as string[];
    expect(args.slice(0, 6)).toEqual([
      ...['audit', `--model=${run()}`, '--data=/data/a b.csv', '--data=/data/b.csv'],
      ...['--shifted=/data/--c.csv', '--swaps=/data/pairs, all.txt'],
    ]);
    expect(args).toEqual(
      expect.arrayContaining([
        ...['--text-column=review', '--pair-column=', '--label-column=verdict'],
        ...['--label-delimiter=', '--json'],
      ]),
    );
    expect(await readRunAudit(run())).toEqual(REPORT);
  });

  it('leaves nothing, and keeps an earlier one, where it fails', async () => {
    await expect(audit('console.error("No labels."); process.exit(1);')).rejects.toMatchObject({
      data: { details: { problem: { args: { reason: 'No labels.' } } } },
    });
    expect(fs.readdirSync(run())).toEqual([]);
    expect(await readRunAudit(run())).toBeNull();
    leaveEarlier();
    await expect(audit('process.exit(1);')).rejects.toThrow();
    expect(fs.readdirSync(run())).toEqual(['audit']);
    expect((await readRunAudit(run()))!.seconds).toBe(5);
  });

  it('tells how many texts are done, and ignores messages of another form', async () => {
    const told: AuditProgress[] = [];
    const steps = `process.send({ step: 'occlusion', done: 0, total: 3 });
process.send({ step: 'resting', done: 1, total: 3 });
process.send({ step: 'gradients', done: 2, total: 3 });
${FINISHES}`;
    await audit(steps, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { step: 'occlusion', done: 0, total: 3 },
      { step: 'gradients', done: 2, total: 3 },
    ]);
  });

  it('leaves nothing where it is cancelled', async () => {
    const controller = new AbortController();
    const audited = audit('setInterval(() => undefined, 1000);', {
      signal: controller.signal,
    });
    while (fs.readdirSync(run()).length === 0) await new Promise((done) => setTimeout(done, 20));
    controller.abort();
    await expect(audited).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(fs.readdirSync(run())).toEqual([]);
  });

  it('passes only options that the command has', () => {
    expect(AUDIT.runOptions).toEqual(expect.arrayContaining([...AUDIT_OPTIONS]));
  });

  it('keeps the effects of words by line, of which those of one file are read', async () => {
    const directory = run();
    const line = (file: string, number: number): string =>
      JSON.stringify({
        ...{ file, line: number, label: null, predicted: 'a', evidence: 1, isCut: false },
        words: [{ word: 'w', effect: 1, ranges: [{ part: 'text', start: 0, end: 1 }] }],
      });
    fs.mkdirSync(auditFolderOf(directory), { recursive: true });
    fs.writeFileSync(
      path.join(auditFolderOf(directory), AUDIT_FILES.words),
      [line('a.csv', 2), 'torn', line('b.csv', 2), line('a.csv', 3), line('a.csv', 4), ''].join(
        '\n',
      ),
    );
    const found = await readRunSaliences(directory, { file: 'a.csv', most: 2 });
    expect(found.map((text) => text.line)).toEqual([2, 3]);
    const nowhere = path.join(folder.path, 'nowhere');
    expect(await readRunSaliences(nowhere, { file: 'a.csv', most: 2 })).toEqual([]);
  });
});
