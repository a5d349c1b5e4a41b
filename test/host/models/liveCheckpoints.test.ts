import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { inputError } from '../../../src/core/errors.js';
import { problem } from '../../../src/core/messages/message.js';
import { LiveCheckpoints } from '../../../src/host/models/liveCheckpoints.js';
import type { ModelChange } from '../../../src/host/models/modelSelection.js';
import type { RunChange } from '../../../src/host/runs/runIndex.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';
import { storedRun } from '../runs/storedRun.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const ID = '20261123-1-calm-otter';
/** Loading may take a share of the time alone, which is long on a busy machine. */
const PATIENT = { timeout: 20_000, interval: 20 };
let folder: string;
let run: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-live-'));
  run = path.join(folder, 'runs', ID);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const checkpoint = (name: string): void => {
  fs.mkdirSync(path.join(run, 'checkpoints', name), { recursive: true });
};

/** Checkpoints that are followed by fake services, whose calls are listed. */
function live(leastMilliseconds = 0) {
  const calls: string[] = [];
  let summary: RunSummary = { ...storedRun({ id: ID, status: 'running' }), directory: run };
  let followed: string | null = null;
  let used: string | null = null;
  let failure: Error | null = null;
  const changed = new vscode.EventEmitter<RunChange>();
  const selected = new vscode.EventEmitter<ModelChange>();
  const root = path.join(folder, 'storage');
  const live = new LiveCheckpoints({
    runStore: {
      ready: () => Promise.resolve(),
      get: () => summary,
      onDidChange: changed.event,
    },
    modelSelection: {
      get followedRun() {
        return followed;
      },
      runDirectories: () => (used === null ? [] : [run]),
      checkpointsRoot: root,
      checkpointsOf: (directory) => path.join(root, path.basename(directory)),
      select: (model) => {
        calls.push(`select ${path.basename(model)}`);
        followed = null;
        selected.fire('model');
        return Promise.resolve();
      },
      useCheckpoint: (model) => {
        calls.push(`use ${path.basename(model)}`);
        used = model;
        selected.fire('model');
        return Promise.resolve();
      },
      onDidChange: selected.event,
    },
    dataClient: {
      call: ((_: string, request: { run: string; root: string }) => {
        if (failure !== null) return Promise.reject(failure);
        const steps = fs.readdirSync(path.join(request.run, 'checkpoints')).sort();
        const step = Number(steps.at(-1)!.slice('step-'.length));
        const made = path.join(request.root, `step-${step}`);
        fs.mkdirSync(made, { recursive: true });
        calls.push(`write ${step}`);
        return Promise.resolve({ folder: made, step });
      }) as never,
    },
    modelClient: {
      call: ((_: string, { modelFolder }: { modelFolder: string }) => {
        calls.push(`load ${path.basename(modelFolder)}`);
        return Promise.resolve();
      }) as never,
    },
    log: () => undefined,
    leastMilliseconds,
  });
  return {
    ...{ live, calls, root },
    follow: (directory: string) => {
      followed = directory;
      selected.fire('model');
    },
    change: (changes: Partial<RunSummary> = {}) => {
      summary = { ...summary, ...changes };
      changed.fire({ directory: run, run: summary, previous: summary });
    },
    fail: (error: Error | null) => {
      failure = error;
    },
  };
}

describe('hovers that follow a run', () => {
  it('wait for its first checkpoint, and load each before they use it', async () => {
    const { live: followed, calls, follow, change } = live();
    follow(run);
    expect(followed.note()).toBe('Hovers wait for the first checkpoint of “calm-otter”.');
    expect(calls).toEqual([]);
    // One that is being written does not count.
    checkpoint('.step-000010.1-1-1.tmp');
    change();
    expect(calls).toEqual([]);
    fs.rmSync(path.join(run, 'checkpoints'), { recursive: true });
    checkpoint('step-000010');
    change();
    await expect.poll(() => calls, PATIENT).toEqual(['write 10', 'load step-10', 'use step-10']);
    expect(followed.note()).toBe('Hovers follow the newest checkpoint of “calm-otter”.');
    change();
    checkpoint('step-000020');
    await vi.waitFor(() => {
      change();
      expect(calls.slice(3)).toEqual(['write 20', 'load step-20', 'use step-20']);
    }, PATIENT);
    followed.dispose();
  });

  it('skip checkpoints that come faster than they may be loaded', async () => {
    const { live: followed, calls, follow, change } = live(200);
    follow(run);
    checkpoint('step-000010');
    change();
    await expect.poll(() => calls, PATIENT).toHaveLength(3);
    const began = performance.now();
    for (const step of [20, 30, 40]) {
      checkpoint(`step-0000${step}`);
      change();
    }
    await expect
      .poll(() => calls.slice(3), PATIENT)
      .toEqual(['write 40', 'load step-40', 'use step-40']);
    expect(performance.now() - began).toBeGreaterThan(150);
    followed.dispose();
  });

  it('use the model of the run once it has ended, and keep no checkpoint', async () => {
    const { live: followed, calls, root, follow, change } = live(10_000);
    follow(run);
    checkpoint('step-000010');
    change();
    await expect.poll(() => calls, PATIENT).toHaveLength(3);
    change({ status: 'finished', hasModel: true });
    await expect.poll(() => calls.slice(3), PATIENT).toEqual(['load model', 'select model']);
    await expect.poll(() => fs.readdirSync(root), PATIENT).toEqual([]);
    expect(followed.note()).toBeNull();
    followed.dispose();
  });

  it('keep their model if a checkpoint cannot be used, say why, and try the next one', async () => {
    const { live: followed, calls, follow, change, fail } = live();
    fail(inputError(problem('run.hasNoModel', { name: 'calm-otter' })));
    follow(run);
    checkpoint('step-000010');
    change();
    await expect.poll(() => followed.note(), PATIENT).toContain('has no model yet');
    change();
    fail(null);
    checkpoint('step-000020');
    await vi.waitFor(() => {
      change();
      expect(calls).toEqual(['write 20', 'load step-20', 'use step-20']);
    }, PATIENT);
    expect(followed.note()).toContain('follow the newest');
    followed.dispose();
  });
});
