import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled } from '../../../src/core/errors.js';
import type { InspectionProgress } from '../../../src/core/runs/dataSnapshot.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import { NO_ANSWERS, type Answers } from '../../../src/host/training/wizardAnswers.js';
import type { InspectionRequest } from '../../../src/host/training/dataInspection.js';
import { CurrentInspection, withColumnsRead } from '../../../src/host/training/dataQuestion.js';
import { labelQuestions } from '../../../src/host/training/labelQuestions.js';
import { askSeries } from '../../../src/host/training/questionSeries.js';
import { message } from '../../../src/core/messages/message.js';

const shown = vi.hoisted(() => ({
  cancel: null as (() => void) | null,
  picks: [] as ((items: { label: string }[]) => unknown)[],
}));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: (_options: unknown, task: (progress: unknown, token: unknown) => unknown) =>
      task(
        { report: () => undefined },
        {
          onCancellationRequested: (listener: () => void) => {
            shown.cancel = listener;
          },
        },
      ),
  },
}));
vi.mock('../../../src/host/platform/question.js', () => ({
  BACK: Symbol('back'),
  pickOne: ({ items }: { items: { label: string }[] }) =>
    Promise.resolve(shown.picks.shift()?.(items) ?? null),
}));
vi.mock('../../../src/host/platform/settings.js', () => ({ trainingOptions: () => ({}) }));
vi.mock('../../../src/host/platform/excludedGlobs.js', () => ({
  dataPlaceOf: () => ({ workspaceFolder: '/sea', exclude: [] }),
}));

interface Asked {
  readonly request: InspectionRequest;
  readonly signal: AbortSignal;
  readonly answer: (snapshot: unknown) => void;
}

let asked: Asked[];
const dataClient = {
  follow: (
    _call: 'inspectData',
    request: InspectionRequest,
    options: { signal: AbortSignal; onProgress: (progress: InspectionProgress) => void },
  ) =>
    new Promise((answer, reject) => {
      const { signal } = options;
      signal.addEventListener('abort', () => {
        reject(cancelled());
      });
      asked.push({ request, signal, answer });
      options.onProgress({ message: message('data.reading'), fraction: 0, kind: 'labelled' });
    }),
} as unknown as DataClient;

const sea: unknown = { uri: { toString: () => 'file:///sea' } };
const folder = sea as vscode.WorkspaceFolder;
const KNOWN: Answers = { ...NO_ANSWERS, folder, paths: ['a.csv'] };

/** The part of the wizard that reads columns and asks about them. */
async function askLabels(): Promise<Answers | null> {
  const inspections = new CurrentInspection(dataClient, {
    bundledModel: '/model',
    isTextAlone: false,
  });
  const known = await withColumnsRead(KNOWN, { inspections, isTextAlone: false });
  const answers = await askSeries(labelQuestions({ title: '', inspections, last: {} }), known);
  if (answers === null) inspections.dispose();
  return answers;
}
const snapshot = {
  rows: 40,
  tasks: [{ kind: 'classification', labels: ['calm', 'wide'] }],
  table: {
    names: ['text', 'note', 'label'],
    columns: { text: 'text', pair: null, labels: ['label'] },
  },
};

const notified = (): Promise<void> =>
  vi.waitFor(
    () => {
      expect(shown.cancel).not.toBeNull();
    },
    { timeout: 10_000 },
  );

beforeEach(() => {
  asked = [];
  shown.cancel = null;
  shown.picks = [];
});

describe('questions about labels', () => {
  it('end the inspection that they wait for on Cancel', async () => {
    const asking = askLabels();
    await notified();
    expect(asked[0]!.signal.aborted).toBe(false);
    shown.cancel!();
    await expect(asking).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('take the first task, which follows from the columns', async () => {
    shown.picks = [(items) => items[0]];
    const asking = askLabels();
    asked[0]!.answer(snapshot);
    expect(await asking).toMatchObject({ task: { kind: 'classification' }, columns: null });
  });

  it('end for a person who dismisses them', async () => {
    shown.picks = [() => null];
    const asking = askLabels();
    asked[0]!.answer(snapshot);
    expect(await asking).toBeNull();
  });

  it('inspect the data again with the columns that were chosen, and can be cancelled there', async () => {
    shown.picks = [
      (items) => items.at(-1),
      (items) => items.find(({ label }) => label === 'note'),
      (items) => items.find(({ label }) => label === 'label'),
    ];
    const asking = askLabels();
    asked[0]!.answer(snapshot);
    await notified();
    expect(asked[1]!.request.selection.columns).toEqual({ text: 'note', labels: ['label'] });
    shown.cancel!();
    await expect(asking).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
