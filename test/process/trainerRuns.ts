/** Runs of the real trainer process, for tests that read what it leaves behind. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { RunOptions } from '../../src/core/runs/options.js';
import { isLive } from '../../src/core/runs/status.js';
import { createRun, type CreatedRun } from '../../src/node/runs/createRun.js';
import { LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { readRun, type RunSummary } from '../../src/node/runs/runReader.js';

export const DIST = path.join(import.meta.dirname, '../../dist');

/** Waiting on a process: seldom enough to leave it the cores. */
const WAIT = { timeout: 60_000, interval: 50 };
/** Waiting for a step that must not be missed. */
const WATCH = { timeout: 30_000, interval: 5 };

export class TrainerRuns {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-trainer-'));
  /** Folder of the model that runs start from. */
  model = path.join(this.folder, 'tiny');
  private readonly pids: number[] = [];

  /** Makes a run in this folder. */
  async create(
    options: RunOptions,
    paths: readonly string[] = ['.'],
    runsFolder = path.join(this.folder, '.masklab/runs'),
  ): Promise<CreatedRun> {
    const request = await inspectRun({
      ...{ runsFolder, workspaceFolder: this.folder, paths },
      modelFolder: this.model,
      name: 'test run',
      options: { threads: 2, ...options },
    });
    return createRun(request);
  }

  async launch(directory: string): Promise<number> {
    const { pid } = await new LocalLauncher({
      trainerPath: path.join(DIST, 'trainer.js'),
      execPath: process.execPath,
    }).start(directory);
    this.pids.push(pid);
    return pid;
  }

  async ended(directory: string): Promise<RunSummary> {
    await expect.poll(async () => isLive((await readRun(directory)).status), WAIT).toBe(false);
    return readRun(directory);
  }

  /** Trains a run that must come to its end. */
  async train(options: RunOptions, paths: readonly string[]): Promise<RunSummary> {
    const { directory } = await this.create(options, paths);
    await this.launch(directory);
    const run = await this.ended(directory);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('finished');
    return run;
  }

  /** Waits until so many steps are written; `state.json` is only replaced every half second. */
  async reaches(directory: string, step: number): Promise<void> {
    await expect.poll(() => stepOf(directory), WATCH).toBeGreaterThanOrEqual(step);
  }

  anyAlive(): boolean {
    return this.pids.some(isAlive);
  }

  write(name: string, content: string): string {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return name;
  }

  async dispose(): Promise<void> {
    for (const pid of this.pids.splice(0)) {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive(pid)).toBe(false);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function stepOf(directory: string): number {
  const file = path.join(directory, 'metrics.jsonl');
  if (!fs.existsSync(file)) return 0;
  return fs.readFileSync(file, 'utf8').split('"split":"train"').length - 1;
}

export function readText(directory: string, name: string): string {
  return fs.readFileSync(path.join(directory, name), 'utf8');
}

const CLOCKED = new Set(['time', 'tokensPerSecond', 'memoryBytes', 'busyCores']);

/** Metrics without what depends on the clock. */
export function metricsOf(directory: string): unknown[] {
  const lines = readText(directory, 'metrics.jsonl').trim().split('\n');
  return lines.map((line) => {
    const row = Object.entries(JSON.parse(line) as Record<string, unknown>);
    return Object.fromEntries(row.filter(([name]) => !CLOCKED.has(name)));
  });
}
