import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { QuickPickItem } from 'vscode';
import type { AuditProgress } from '../../../src/core/audit/auditProgress.js';
import type { AuditReport } from '../../../src/core/audit/auditReport.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { auditRun, openLastAudit, type AuditRunOptions } from '../../../src/host/runs/auditRun.js';
import type { Advance } from '../../../src/host/platform/followInNotification.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import { specOf } from '../../support/syntheticRuns.js';
import { storedRun } from './storedRun.js';

interface Requested {
  readonly data: readonly string[];
  readonly shifted: readonly string[];
  readonly swaps: string | null;
}

interface Person {
  /** Labels of the items that are picked, in order; a missing one is Escape. */
  picks: string[];
  lists: string[][];
  isTrusted: boolean;
  last: AuditReport | null;
  spec: RunSpec | null;
  requests: Requested[];
  progress: AuditProgress[];
  advances: { message: string; percent: number }[];
  commands: string[];
  documents: string[];
  /** Files that questions for files do not offer. */
  excepted: (readonly string[])[];
  /** Runs whose audit was told to be stored. */
  audited: string[];
  /** File that a dialog returns; `null` if it is dismissed. */
  opened: string | null;
}

const { person } = vi.hoisted(() => {
  const nobody: Person = {
    ...{ picks: [], lists: [], isTrusted: true, last: null, spec: null },
    ...{ requests: [], commands: [], progress: [], advances: [], documents: [], excepted: [] },
    ...{ opened: null, audited: [] },
  };
  return { person: nobody };
});
vi.mock('vscode', async () => {
  const fake = await import('../../support/fakeVscode.js');
  return {
    ...fake,
    ProgressLocation: { Notification: 15 },
    workspace: {
      get isTrusted() {
        return person.isTrusted;
      },
      workspaceFolders: [{ uri: fake.Uri.file('/workspace') }],
    },
    commands: {
      executeCommand: (command: string, { fsPath }: { fsPath: string }) => {
        person.commands.push(`${command} ${fsPath}`);
        return Promise.resolve();
      },
    },
    window: {
      showQuickPick: (items: QuickPickItem[]) => {
        person.lists.push(items.map(({ label }) => label.replace(/^\$\(.*?\) /, '')));
        const [wanted] = person.picks.splice(0, 1);
        return Promise.resolve(items.find(({ label }) => label.endsWith(wanted ?? '?')));
      },
      showOpenDialog: () =>
        Promise.resolve(person.opened === null ? undefined : [fake.Uri.file(person.opened)]),
      showWarningMessage: () => Promise.resolve(undefined),
      showInformationMessage: () => undefined,
      showErrorMessage: () => undefined,
      withProgress: (_: unknown, work: () => Promise<unknown>) => work(),
    },
  };
});
vi.mock('../../../src/host/platform/pickData.js', () => ({
  pickData: (_: unknown, { except }: { except: readonly string[] }) => {
    person.excepted.push(except);
    return Promise.resolve([`/workspace/other-${person.excepted.length}.csv`]);
  },
}));
vi.mock('../../../src/host/platform/workspace.js', () => ({
  chooseWorkspaceFolder: () => Promise.resolve({}),
}));
vi.mock('../../../src/host/platform/followInNotification.js', () => ({
  followInNotification: (_: string, run: (report: (advance: Advance) => void) => unknown) =>
    run((advance) => person.advances.push(advance)),
}));
vi.mock('../../../src/node/runs/runSpecFile.js', () => ({
  readRunSpec: () =>
    person.spec === null ? Promise.reject(new Error('no spec')) : Promise.resolve(person.spec),
}));
vi.mock('../../../src/node/runs/runAudit.js', () => ({
  auditFolderOf: (directory: string) => `${directory}/audit`,
  readRunAudit: () => Promise.resolve(person.last),
  auditRunModel: (
    _: string,
    request: Requested & { onProgress: (progress: AuditProgress) => void },
  ) => {
    const { data, shifted, swaps } = request;
    person.requests.push({ data, shifted, swaps });
    person.progress.forEach(request.onProgress);
    return Promise.resolve(report('new'));
  },
}));

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'finished', hasModel: true });

function report(name: string): AuditReport {
  return {
    ...{ version: 1, createdAt: '2026-11-23T17:15:00.000Z', task: 'classification', seed: 0 },
    model: { name, folder: '/model', maskedExamples: null },
    data: { files: ['a.csv'], texts: 1, audited: 1, cut: 0, shifted: null },
    ...{ labels: ['a', 'b'], unit: 'nats', testedWords: 0, findings: [], maskedAccuracy: [] },
    ...{ faithfulness: null, gradients: null, groups: [], errorWords: [], suspects: [] },
    seconds: 1,
  };
}

function optionsTelling(told: string[]): AuditRunOptions {
  return {
    runStore: { get: () => run },
    commandLine: { cliPath: 'cli.js', execPath: 'node' },
    reporter: {
      ask: (_severity, text, actions) => {
        told.push(text, ...actions.map(({ title }) => title));
        return Promise.resolve();
      },
    },
    reports: {
      put: (uri, _name, text) => {
        person.documents.push(text);
        return uri;
      },
    },
    dataClient: {} as unknown as DataClient,
    onAudited: (directory) => void person.audited.push(directory),
  };
}

async function audited(...picks: string[]): Promise<readonly string[]> {
  const told: string[] = [];
  person.picks = picks;
  await auditRun(optionsTelling(told), run.directory);
  return told;
}

beforeEach(() => {
  Object.assign(person, {
    ...{ picks: [], lists: [], isTrusted: true, last: null, requests: [], commands: [] },
    ...{ progress: [], advances: [], documents: [], excepted: [], audited: [] },
    ...{ spec: specOf('calm-otter'), opened: null },
  });
});

describe('the audit of a run in the editor', () => {
  it('is on the data of the run or on other files, with a shifted sample or without', async () => {
    const told = await audited('Data of the run', 'No shifted sample');
    expect(told).toEqual(['The audit of “calm-otter” found no word that the model leans on.']);
    expect(person.audited).toEqual([run.directory]);
    // The report of the command line has the name of the folder.
    expect(person.documents[0]).toMatch(/^# Audit of calm-otter\n/);
    await audited('Other labeled texts…', 'Labeled texts from elsewhere…');
    expect(person.requests).toEqual([
      { data: ['/workspace/texts/chapter-0.txt'], shifted: [], swaps: null },
      { data: ['/workspace/other-1.csv'], shifted: ['/workspace/other-2.csv'], swaps: null },
    ]);
    const trained = '/workspace/texts/chapter-0.txt';
    expect(person.excepted).toEqual([[trained], [trained, '/workspace/other-1.csv']]);
    expect(person.commands[0]).toBe(`markdown.showPreview ${run.directory}/audit/audit.md`);
  });

  it('links the lines of its report, with names of files as data only', async () => {
    const suspect = { text: 'x', label: 'a', suggested: 'b', probability: 0.95, line: 7 };
    const files = ['texts/a b.csv', 'x](command:run) [.csv', '/elsewhere/c.csv'];
    person.last = { ...report('last'), suspects: files.map((file) => ({ ...suspect, file })) };
    await audited('Open the last report');
    const lines = person.documents[0]!.split('\n').filter((line) => line.includes(':7'));
    expect(lines.map((line) => line.split(' | a')[0])).toEqual([
      '| [texts/a b.csv:7](/texts/a%20b.csv#L7)',
      '| [x\\](command:run) \\[.csv:7](/x%5D%28command%3Arun%29%20%5B.csv#L7)',
      '| /elsewhere/c.csv:7',
    ]);
  });

  it('exchanges the words of a list that is chosen, where the model predicts labels', async () => {
    person.spec = {
      ...specOf('calm-otter'),
      task: {
        ...{ kind: 'classification', labels: ['a', 'b'], multiLabel: false, labelSmoothing: 0 },
        ...{ loss: 'crossEntropy', classWeights: null },
      },
    };
    const answers = ['Data of the run', 'No shifted sample'];
    await audited(...answers, 'No words to exchange');
    await audited(...answers, 'List of word pairs…');
    expect(person.lists.at(-1)).toEqual(['No words to exchange', 'List of word pairs…']);
    person.opened = '/workspace/pairs.txt';
    await audited(...answers, 'List of word pairs…');
    expect(person.requests.map(({ swaps }) => swaps)).toEqual([null, '/workspace/pairs.txt']);
  });

  it('offers the last report where there is one, and the data only where it is known', async () => {
    person.last = report('last');
    await audited('Open the last report');
    expect(person.lists).toEqual([
      ['Other labeled texts…', 'Data of the run', 'Open the last report'],
    ]);
    expect(person.commands).toHaveLength(1);
    Object.assign(person, { last: null, spec: null, lists: [] });
    await audited();
    expect(person.lists).toEqual([['Other labeled texts…']]);
    expect(person.requests).toEqual([]);
  });

  it('has a report that opens without a question, and is offered where there is none', async () => {
    const told: string[] = [];
    await openLastAudit(optionsTelling(told), run.directory);
    expect(person.documents).toEqual([]);
    person.last = report('last');
    await openLastAudit(optionsTelling(told), run.directory);
    expect(person.documents[0]).toMatch(/^# Audit of calm-otter\n/);
    expect(told).toEqual(['The audit of “calm-otter” found no word that the model leans on.']);
    expect([person.lists, person.audited]).toEqual([[], []]);
  });

  it('tells the step and the texts that are done, and never less than before', async () => {
    person.progress = [
      { step: 'occlusion', done: 0, total: 200 },
      { step: 'occlusion', done: 120, total: 200 },
      { step: 'maskedAccuracy', done: 0, total: 100 },
      { step: 'faithfulness', done: 99, total: 100 },
      { step: 'gradients', done: 19, total: 20 },
    ];
    await audited('Data of the run', 'No shifted sample');
    expect(person.advances.map(({ message }) => message)).toEqual([
      'masking words, 0 of 200 texts',
      'masking words, 120 of 200 texts',
      'masking more words, 0 of 100 texts',
      'checking the effects, 99 of 100 texts',
      'checking by gradients, 19 of 20 texts',
    ]);
    const percents = person.advances.map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents[0]).toBe(0);
    expect(percents.at(-1)).toBeLessThan(100);
  });

  it('does nothing in Restricted Mode, or once a question is dismissed', async () => {
    await audited('Data of the run');
    person.isTrusted = false;
    await audited('Data of the run', 'No shifted sample');
    expect(person.lists).toHaveLength(2);
    expect(person.requests).toEqual([]);
  });
});
