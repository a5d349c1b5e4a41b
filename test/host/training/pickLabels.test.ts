import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled } from '../../../src/core/errors.js';
import {
  dataReadingOf,
  selectionOf,
  type InspectionProgress,
} from '../../../src/core/runs/dataSnapshot.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import {
  DataInspection,
  type InspectionRequest,
} from '../../../src/host/training/dataInspection.js';
import { pickLabels } from '../../../src/host/training/pickLabels.js';

const shown = vi.hoisted(() => ({
  cancel: null as (() => void) | null,
  picks: [] as ((items: { label: string }[]) => unknown)[],
}));
vi.mock('vscode', async () => ({
  EventEmitter: (await import('../../support/fakeVscode.js')).EventEmitter,
  ProgressLocation: { Notification: 15 },
  window: {
    showQuickPick: (items: { label: string }[]) => Promise.resolve(shown.picks.shift()?.(items)),
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
      options.onProgress({ message: 'Reading', fraction: 0, kind: 'labelled' });
    }),
} as unknown as DataClient;

const inspection = (): DataInspection =>
  new DataInspection(dataClient, {
    selection: selectionOf({}, { workspaceFolder: '/sea', paths: ['a.csv'], exclude: [] }),
    reading: dataReadingOf({}),
    modelFolder: '/model',
  });
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

describe('picking labels', () => {
  it('ends the inspection that it waits for on Cancel', async () => {
    const picking = pickLabels(inspection());
    await notified();
    expect(asked[0]!.signal.aborted).toBe(false);
    shown.cancel!();
    await expect(picking).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('lets go of the inspection of a person who backs out', async () => {
    shown.picks = [() => undefined];
    const picking = pickLabels(inspection());
    asked[0]!.answer(snapshot);
    expect(await picking).toBeNull();
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('inspects the data again with the columns that were chosen, and can be cancelled there', async () => {
    shown.picks = [
      (items) => items.at(-1),
      () => 'note',
      (items) => items.find(({ label }) => label === 'label'),
    ];
    const picking = pickLabels(inspection());
    asked[0]!.answer(snapshot);
    await notified();
    expect(asked[1]!.request.selection.columns).toEqual({ text: 'note', labels: ['label'] });
    shown.cancel!();
    await expect(picking).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
