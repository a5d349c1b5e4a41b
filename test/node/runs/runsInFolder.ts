import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { metricsRowSchema, type MetricsRow, type RunState } from '../../../src/core/runs/schema.js';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { initialRunState } from '../../../src/node/runs/runState.js';

export interface RunsInFolder {
  readonly folder: string;
  /** Makes an empty run directory. */
  readonly runIn: (name: string) => string;
}

/** A new folder for the runs of each test, removed after it. */
export function useRunsFolder(): RunsInFolder {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-runs-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    runIn: (name) => {
      const directory = path.join(folder, name);
      fs.mkdirSync(directory);
      return directory;
    },
  };
}

/** State of a run that this process trains. */
export async function runningState(): Promise<RunState> {
  return {
    ...initialRunState(),
    status: 'running',
    process: await tokenOf(process.pid, os.tmpdir()),
    totalSteps: 10,
  };
}

/** A metrics row of a training step. */
export function trainingRow(step: number): MetricsRow {
  return metricsRowSchema.parse({ step, epoch: 0, time: 0, split: 'train', loss: 1 });
}
