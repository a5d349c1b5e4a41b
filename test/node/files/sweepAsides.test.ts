import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AsideFile } from '../../../src/node/data/datasetWriters/asideFile.js';
import { asideOf, sweepAsides } from '../../../src/node/files/storage.js';
import { lockRun } from '../../../src/node/runs/runLock.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-sweep-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** A process id that was in use until a moment ago. */
async function pidOfDead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid } = child;
  await once(child, 'close');
  return pid!;
}

/** Temporary name that a killed process has left behind, for a target in a folder. */
async function leftBehind(target: string): Promise<string> {
  return asideOf(target).replace(`-${process.pid}-`, `-${await pidOfDead()}-`);
}

describe('temporary files and folders of killed writers', () => {
  it('are removed, and those of writers that live, other machines and people are not', async () => {
    const target = path.join(folder, 'out.jsonl');
    const [own, dead, deadFolder] = [
      asideOf(target),
      await leftBehind(target),
      await leftBehind(path.join(folder, 'model')),
    ];
    const elsewhere = dead.replace(/[0-9a-f]{8}-\d+-/, 'ffffffff-1-');
    const kept = [own, elsewhere, path.join(folder, '.notes.tmp'), path.join(folder, 'x.tmp')];
    for (const file of [...kept, dead]) fs.writeFileSync(file, 'x');
    fs.mkdirSync(deadFolder);
    fs.writeFileSync(path.join(deadFolder, 'config.json'), '{}');
    sweepAsides(folder);
    expect(fs.readdirSync(folder).sort()).toEqual(kept.map((file) => path.basename(file)).sort());
    sweepAsides(path.join(folder, 'none'));
  });

  it('are removed by the next writer of a dataset, and by the next trainer of a run', async () => {
    const target = path.join(folder, 'out.jsonl');
    fs.writeFileSync(await leftBehind(target), 'half a dataset');
    const file = await AsideFile.open(target);
    await file.append('whole\n');
    await file.commit();
    expect(fs.readdirSync(folder)).toEqual(['out.jsonl']);

    const run = path.join(folder, 'run');
    fs.mkdirSync(path.join(run, 'lock'), { recursive: true });
    for (const name of ['state.json', 'metrics.jsonl', 'model', 'lock/1']) {
      fs.writeFileSync(await leftBehind(path.join(run, name)), 'x');
    }
    (await lockRun(run)).release();
    expect(fs.readdirSync(run)).toEqual(['lock']);
    expect(fs.readdirSync(path.join(run, 'lock'))).toEqual(['1']);
  });
});
