import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../../src/node/runs/processes.js';
import { readRun, type RunSummary } from '../../src/node/runs/runReader.js';
import { initialRunState } from '../../src/node/runs/runState.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab, type CommandResult } from './commandLine.js';
import { startMasklab } from './studyFolders.js';
import { metricsOf, TrainerRuns } from './trainerRuns.js';

const chapters = path.join(import.meta.dirname, '../../examples/workspace/moby-dick');

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  fs.copyFileSync(path.join(chapters, 'chapter-01.txt'), path.join(runs.folder, 'chapter-01.txt'));
  const text = fs.readFileSync(path.join(runs.folder, 'chapter-01.txt'), 'utf8');
  await writeTinyModel(path.join(runs.folder, 'tiny'), text);
});
afterEach(() => runs.dispose());

const command = (...args: string[]): Promise<CommandResult> => masklab(runs.folder, args);

async function trainsAs(directory: string, status: RunSummary['status']): Promise<void> {
  await expect
    .poll(async () => (await readRun(directory)).status, { timeout: 30_000 })
    .toBe(status);
}

it('pauses a run where it is, and resumes it in the same process to the same end', async () => {
  const options = { epochs: 40, maxLength: 32 };
  const { directory, id } = await runs.create(options);
  const pid = await runs.launch(directory);
  await runs.reaches(directory, 3);
  expect(await command('pause', id)).toEqual({
    code: 0,
    output: `${id} pauses after this step.\n`,
  });
  await trainsAs(directory, 'paused');
  const { step, totalSteps } = (await readRun(directory)).state!;
  expect(step).toBeLessThan(totalSteps);
  expect(isAlive(pid)).toBe(true);

  const again = await command('pause', id);
  expect(again.code).toBe(2);
  expect(again.output).toMatch(/is not training\. Its status is "paused"\./);

  const resumed = await command('resume', directory, '--json');
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.output)).toMatchObject({ id, status: 'finished' });
  // A second trainer would have claimed the run a second time.
  expect(fs.readdirSync(path.join(directory, 'lock'))).toHaveLength(1);
  const whole = await runs.create(options);
  await runs.launch(whole.directory);
  await runs.ended(whole.directory);
  expect(metricsOf(directory)).toEqual(metricsOf(whole.directory));
}, 120_000);

it('stops a run that is training or paused, and none if one of the named runs is idle', async () => {
  const { directory, id } = await runs.create({ epochs: 1000, maxLength: 32 });
  const waiting = await runs.create({});
  const state = JSON.stringify(initialRunState('waiting'));
  fs.writeFileSync(path.join(waiting.directory, 'state.json'), state);
  const pid = await runs.launch(directory);
  await trainsAs(directory, 'running');
  const refused = await command('stop', id, waiting.directory);
  expect(refused.code).toBe(2);
  expect(refused.output).toContain(`${waiting.id} is not training.`);

  await command('pause', id);
  await trainsAs(directory, 'paused');
  expect((await command('stop', directory)).code).toBe(0);
  await trainsAs(directory, 'stopped');
  await expect.poll(() => isAlive(pid)).toBe(false);
}, 120_000);

it('exits with the code of the signal that stops a run, and with 1 if another command stops it', async () => {
  const train = ['train', '--data', 'chapter-01.txt', '--model', 'tiny', '--epochs', '5000'];
  const runsFolder = path.join(runs.folder, '.masklab/runs');
  const started = startMasklab(runs.folder, [...train, '--max-length', '32', '--threads', '1']);
  await expect.poll(() => foldersIn(runsFolder), { timeout: 30_000 }).toHaveLength(1);
  const directory = path.join(runsFolder, foldersIn(runsFolder)[0]!);
  await trainsAs(directory, 'running');
  started.interrupt();
  expect(await started.ended).toBe(130);
  await trainsAs(directory, 'stopped');

  const resumed = startMasklab(runs.folder, ['resume', directory, '--json']);
  await trainsAs(directory, 'running');
  resumed.interrupt('SIGTERM');
  expect(await resumed.ended).toBe(143);
  await trainsAs(directory, 'stopped');

  const again = startMasklab(runs.folder, ['resume', directory]);
  await trainsAs(directory, 'running');
  expect((await command('stop', directory)).code).toBe(0);
  expect(await again.ended).toBe(1);
  await trainsAs(directory, 'stopped');
}, 120_000);

function foldersIn(folder: string): string[] {
  return !fs.existsSync(folder)
    ? []
    : fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
}
