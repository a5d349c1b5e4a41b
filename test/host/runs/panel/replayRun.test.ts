import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsRowSchema, type MetricsRow } from '../../../../src/core/runs/schema.js';
import { replayRun } from '../../../../src/host/runs/panel/replayRun.js';

const rows = [1, 2, 3].map((step) =>
  metricsRowSchema.parse({ step, epoch: 0, time: 0, split: 'train', loss: 1 }),
);

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-replay-'));
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  fs.writeFileSync(path.join(directory, 'metrics.jsonl'), lines.join(''));
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

/** A page as far as it keeps rows. */
class Page {
  rows: MetricsRow[] = [];

  emit(name: string, payload: unknown): void {
    if (name === 'reset') this.rows = [];
    if (name === 'metrics') this.rows.push(...(payload as MetricsRow[]));
  }
}

/** Replays the run once; the state comes after the rows. */
async function replay(page: Page): Promise<void> {
  let dispose = (): void => undefined;
  await new Promise<void>((resolve) => {
    const follower = replayRun(directory, page, () => {
      resolve();
    });
    dispose = () => {
      follower.dispose();
    };
  });
  dispose();
}

describe('replayRun', () => {
  it('sends each row once to a page that has them already', async () => {
    const page = new Page();
    await replay(page);
    expect(page.rows).toEqual(rows);
    await replay(page);
    expect(page.rows).toEqual(rows);
  });
});
