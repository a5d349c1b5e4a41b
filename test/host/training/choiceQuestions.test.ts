import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { message } from '../../../src/core/messages/message.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import {
  labeledDataQuestions,
  labelFolderQuestion,
  readingQuestions,
} from '../../../src/host/training/choiceQuestions.js';
import type { InspectionRequest } from '../../../src/host/training/dataInspection.js';
import type { InspectionProgress } from '../../../src/core/runs/dataSnapshot.js';
import { CurrentInspection, withColumnsRead } from '../../../src/host/training/dataQuestion.js';
import { labelQuestions } from '../../../src/host/training/labelQuestions.js';
import { askSeries } from '../../../src/host/training/questionSeries.js';
import { decided, NO_ANSWERS, type Answers } from '../../../src/host/training/wizardAnswers.js';

interface Shown {
  readonly placeHolder: string;
  readonly items: readonly { readonly label: string; readonly description?: string }[];
}
const shown = vi.hoisted(() => ({
  settings: {},
  asked: [] as unknown[],
  picks: [] as string[],
}));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ProgressLocation: { Notification: 15 },
  workspace: { asRelativePath: (file: string) => file },
  window: {
    withProgress: (_options: unknown, task: (progress: unknown, token: unknown) => unknown) =>
      task({ report: () => undefined }, { onCancellationRequested: () => undefined }),
  },
}));
vi.mock('../../../src/host/platform/question.js', () => ({
  BACK: Symbol('back'),
  pickOne: (question: Shown) => {
    shown.asked.push(question);
    const wanted = shown.picks.shift();
    return Promise.resolve(
      question.items.find(({ label }) => label.includes(wanted ?? '')) ?? null,
    );
  },
}));
vi.mock('../../../src/host/platform/settings.js', () => ({
  trainingOptions: () => shown.settings,
}));
vi.mock('../../../src/host/platform/excludedGlobs.js', () => ({
  dataPlaceOf: () => ({ workspaceFolder: '/sea', exclude: [] }),
}));

let requests: InspectionRequest[];
const lengths = { sequenceLength: 128, longerRows: 0, rowsBeyondModel: 0 };
const PLAIN = {
  rows: 40,
  files: [{ path: 'a.csv' }],
  warnings: [],
  lookAlikes: [],
  tasks: [{ kind: 'classification', labels: ['calm', 'wide'] }],
  summary: { lengths, tableRecords: 40, examined: { share: 1 }, model: { maxLength: 512 } },
  table: { names: ['text', 'label'], columns: { text: 'text', pair: null, labels: ['label'] } },
};

/** The questions about data with a snapshot that differs from `PLAIN`. */
async function ask(changes: object, picks: readonly string[]): Promise<Answers | null> {
  shown.picks = [...picks];
  const client: unknown = {
    follow: (_call: 'inspectData', request: InspectionRequest) => {
      requests.push(request);
      return Promise.resolve({ kind: 'labelled', ...PLAIN, ...changes });
    },
  };
  const inspections = new CurrentInspection(client as DataClient, {
    ...{ bundledModel: '/model', isTextAlone: false },
  });
  const sea: unknown = { uri: { toString: () => 'file:///sea' } };
  const start = { ...NO_ANSWERS, folder: sea as vscode.WorkspaceFolder, paths: ['a.csv'] };
  const known = await withColumnsRead(start, { inspections, isTextAlone: false });
  return askSeries(
    [
      ...readingQuestions({ title: '', inspections }),
      ...labelQuestions({ title: '', inspections, last: {} }),
      ...labeledDataQuestions({ title: '', inspections }),
    ],
    known,
  );
}
const placeHolders = (): string[] => (shown.asked as Shown[]).map(({ placeHolder }) => placeHolder);

/** The questions about running text in folders that may be labels. */
async function askAboutFolders(picks: readonly string[]): Promise<Answers | null> {
  shown.picks = [...picks];
  const client: unknown = {
    follow: (
      _call: 'inspectData',
      request: InspectionRequest,
      { onProgress }: { readonly onProgress: (progress: InspectionProgress) => void },
    ) => {
      requests.push(request);
      if (request.selection.format === 'folders')
        return Promise.resolve({ kind: 'labelled', ...PLAIN });
      const told = { message: message('data.reading'), fraction: 0, kind: 'text' } as const;
      onProgress({ ...told, labelFolders: ['ham', 'spam'] });
      return Promise.resolve({ kind: 'text', ...PLAIN, table: null });
    },
  };
  const options = { bundledModel: '/model', isTextAlone: false };
  const inspections = new CurrentInspection(client as DataClient, options);
  const sea: unknown = { uri: { toString: () => 'file:///sea' } };
  const start = { ...NO_ANSWERS, folder: sea as vscode.WorkspaceFolder, paths: ['mails'] };
  const known = await withColumnsRead(start, { inspections, isTextAlone: false });
  return askSeries(
    [
      labelFolderQuestion({ title: '', inspections }),
      ...labelQuestions({ title: '', inspections, last: {} }),
    ],
    known,
  );
}

beforeEach(() => {
  shown.settings = {};
  shown.asked = [];
  requests = [];
});

describe('the question about folders that may be labels', () => {
  it('reads the files again with the names of their folders as labels', async () => {
    const answers = await askAboutFolders(['names of the folders', 'Classify']);
    expect(placeHolders()[0]).toBe('Select whether the folders are labels');
    expect((shown.asked[0] as { items: { detail?: string }[] }).items[1]!.detail).toBe(
      'Each file is one example: ham, spam',
    );
    expect(requests.map(({ selection }) => selection.format)).toEqual([null, 'folders']);
    expect(answers).toMatchObject({ task: { kind: 'classification' } });
    expect(decided(answers!.choices)).toEqual({ format: 'folders' });
    const tasks = (shown.asked[1] as Shown).items.map(({ label }) => label);
    expect(tasks[0]).toContain('Classify');
    expect(tasks.join(' ')).not.toContain('Other columns');
  });

  it('leaves running text as it is by default', async () => {
    const answers = await askAboutFolders(['text only']);
    expect(answers).toMatchObject({ data: null });
    expect(decided(answers!.choices)).toEqual({});
    expect(requests).toHaveLength(1);
  });
});

describe('questions that only some data needs', () => {
  it('are not asked where nothing is unclear', async () => {
    expect(await ask({}, ['Classify'])).toMatchObject({ choices: {} });
    expect(placeHolders()).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });

  it('offer ways to handle long texts, with the share that each would truncate', async () => {
    const summary = {
      ...PLAIN.summary,
      lengths: { ...lengths, longerRows: 35, rowsBeyondModel: 2 },
    };
    const answers = await ask({ summary }, ['Classify', 'windows']);
    expect(placeHolders()[1]).toBe('87.5% of the texts are longer than a sequence of 128 tokens');
    const { items } = shown.asked[1] as Shown;
    expect(items.map(({ description }) => description)).toEqual([
      '87.5% of the texts are truncated',
      '87.5% of the texts are truncated',
      'No text is truncated',
      '5.0% of the texts are truncated',
    ]);
    expect(answers).toMatchObject({
      choices: { truncation: 'windows' },
      task: { kind: 'classification' },
    });
    // The profile before the run knows the choice.
    expect(requests.at(-1)!.reading.truncation).toBe('windows');
  });

  it('offer balanced class weights where labels are imbalanced, and no task has several of them', async () => {
    const task = { ...PLAIN.tasks[0], multiLabel: false, classWeights: null };
    const classes = [
      { label: 'calm', count: 400 },
      { label: 'wide', count: 12 },
    ];
    const summary = { ...PLAIN.summary, labels: { kind: 'classes', distinct: 2, classes } };
    const answers = await ask({ tasks: [task], summary }, ['Classify', 'Balanced']);
    expect(placeHolders()[1]).toMatch(/^The labels are imbalanced: .*calm.*400.* and .*wide.*12/);
    expect(answers).toMatchObject({ choices: { classWeights: 'balanced' } });
    expect(requests.at(-1)!.reading.classWeights).toBe('balanced');
    const equal = await ask({ tasks: [task], summary }, ['Classify', 'The same weight']);
    expect(decided(equal!.choices)).toEqual({});
    shown.asked = [];
    await ask({ tasks: [{ ...task, multiLabel: true }], summary }, ['Classify']);
    const balanced = { ...summary.labels, classes: [classes[0], { label: 'wide', count: 300 }] };
    await ask({ tasks: [task], summary: { ...summary, labels: balanced } }, ['Classify']);
    expect(placeHolders()).toHaveLength(2);
  });

  it('include masked examples of classes beside the task, at the cost of no question and no other reading', async () => {
    const task = { ...PLAIN.tasks[0], multiLabel: false, classWeights: null };
    const tasks = [task, { kind: 'regression', outputs: ['stars'] }];
    const answers = await ask({ tasks }, ['with masked examples']);
    expect((shown.asked[0] as Shown).items.map(({ label }) => label)).toEqual([
      ...['$(tag) Classify texts', '$(tag) Classify texts, with masked examples'],
      ...['$(tag) Predict numbers', '$(list-flat) Other columns…'],
    ]);
    expect(decided(answers!.choices)).toEqual({ maskedExamples: 0.5 });
    expect(shown.asked).toHaveLength(1);
    expect(requests).toHaveLength(1);
    expect(decided((await ask({ tasks }, ['Classify']))!.choices)).toEqual({});
    shown.settings = { maskedExamples: 0.2 };
    expect(await ask({ tasks }, ['with masked examples'])).toBeNull();
  });

  it('do not ask for a setting that the person has made', async () => {
    shown.settings = { truncation: 'head-tail' };
    const summary = { ...PLAIN.summary, lengths: { ...lengths, longerRows: 35 } };
    expect(await ask({ summary }, ['Classify'])).toMatchObject({ choices: {} });
  });

  it('show look-alike labels with their counts, and read the data again with the merged ones', async () => {
    const spellings = [
      { label: 'calm', count: 20 },
      { label: 'Calm', count: 3 },
    ];
    const lookAlikes = [{ into: 'calm', spellings }];
    const answers = await ask({ lookAlikes }, ['Classify', 'Merge']);
    expect((shown.asked[1] as { items: { detail?: string }[] }).items[0]!.detail).toBe(
      'calm (20), Calm (3)',
    );
    expect(answers).toMatchObject({ choices: { mergeLabels: true } });
    expect(requests.at(-1)!.reading.mergeLabels).toBe(true);
  });

  it('show the first line of a table that looks like a row, before its columns', async () => {
    const line = 'The soup was warm, good';
    const warnings = [message('data.firstLineIsRow', { file: 'a.csv', line })];
    const answers = await ask({ warnings }, ['is a row', 'Classify']);
    expect(placeHolders()[0]).toContain(line);
    expect(requests.at(-1)!.selection.dialect.hasHeader).toBe(false);
    expect(answers).toMatchObject({ choices: { noHeader: true } });
    await ask({ warnings }, ['has column names', 'Classify']);
    expect(requests.at(-1)!.selection.dialect).toMatchObject({
      hasHeader: true,
      isHeaderCertain: true,
    });
  });

  it('ask whether the names of files are followed as splits', async () => {
    const files = [
      { path: 'train.csv', split: 'train' },
      { path: 'test.csv', split: 'test' },
    ];
    const answers = await ask({ files }, ['at random', 'Classify']);
    expect((shown.asked[0] as { items: { detail?: string }[] }).items[0]!.detail).toBe(
      'train.csv, test.csv',
    );
    expect(requests.at(-1)!.selection.ignoreSplitNames).toBe(true);
    expect(answers).toMatchObject({ choices: { ignoreSplitNames: true } });
  });
});
