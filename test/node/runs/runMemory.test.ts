import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RunMemory } from '../../../src/node/runs/runMemory.js';
import { specOf } from '../../support/syntheticRuns.js';
import { useRunsFolder } from './runsInFolder.js';

const runs = useRunsFolder();

/** Writes a trainer that answers every estimate with 5 bytes and counts them in a file. */
function memory(): { readonly of: RunMemory; readonly asked: () => number } {
  const trainerPath = path.join(runs.folder, 'trainer.cjs');
  const log = path.join(runs.folder, 'asked');
  fs.writeFileSync(
    trainerPath,
    `require('fs').appendFileSync(${JSON.stringify(log)}, '.');
     console.log(JSON.stringify({ memoryBytes: 5 }));`,
  );
  return {
    of: new RunMemory({ trainerPath, execPath: process.execPath }),
    asked: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').length : 0),
  };
}

function writeSpec(directory: string, seed: number): void {
  const spec = specOf(path.basename(directory));
  const content = JSON.stringify({ ...spec, training: { ...spec.training, seed } });
  fs.writeFileSync(path.join(directory, 'run.json'), content);
}

it('is estimated once for runs that differ in their seed, whose specs are read once', async () => {
  const { of, asked } = memory();
  const [a, b] = [runs.runIn('a'), runs.runIn('b')];
  writeSpec(a, 0);
  writeSpec(b, 1);
  expect(await of.of(a)).toBe(5);
  fs.rmSync(path.join(a, 'run.json'));
  expect(await of.of(a)).toBe(5);
  expect(await of.of(b)).toBe(5);
  expect(asked()).toBe(1);
});

it('is asked for again if the spec could not be read', async () => {
  const { of } = memory();
  const a = runs.runIn('a');
  expect(await of.of(a)).toBeNull();
  writeSpec(a, 0);
  expect(await of.of(a)).toBe(5);
});
