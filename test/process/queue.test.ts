import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRuns } from '../../src/node/runs/runReader.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';

const CORES = os.availableParallelism();

const WORDS = ['good', 'bad', 'film', 'book', 'anna', 'ben'];
const TEXT = Array.from({ length: 60 }, (_, i) =>
  Array.from({ length: 12 }, (_unused, at) => WORDS[(i * 7 + at * (i % 5) + at) % 6]!).join(' '),
).join('\n\n');

let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-queue-'));
  await writeTinyModel(path.join(folder, 'tiny'), WORDS.join(' '));
  fs.writeFileSync(path.join(folder, 'a.txt'), TEXT);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function enqueue(
  name: string,
  { threads, epochs = 1 }: { readonly threads: number; readonly epochs?: number },
): Promise<string> {
  const { output, code } = await masklab(folder, [
    ...['train', '--data', 'a.txt', '--model', 'tiny', `--epochs=${epochs}`],
    ...[`--threads=${threads}`, '--max-length', '32', '--name', name, '--queue', '--json'],
  ]);
  expect(code).toBe(0);
  // Warnings about the data come before the result.
  return (JSON.parse(/^\{.*\}$/m.exec(output)![0]) as { id: string }).id;
}

const allRuns = (): ReturnType<typeof listRuns> => listRuns(path.join(folder, '.masklab/runs'));

const haveFinished = async (): Promise<boolean> =>
  (await allRuns()).every(({ status }) => status === 'finished');

/** When runs that have finished were trained. */
async function spansOf(ids: readonly string[]): Promise<{ from: number; to: number }[]> {
  const runs = await allRuns();
  return ids.map((id) => {
    const { state } = runs.find((run) => run.id === id)!;
    return { from: Date.parse(state!.startedAt!), to: Date.parse(state!.heartbeat) };
  });
}

describe('the queue', { timeout: 120_000 }, () => {
  it('starts waiting runs one at a time in their order, whichever of two processes holds it', async () => {
    const all = { threads: CORES };
    const ids = [await enqueue('one', all), await enqueue('two', all), await enqueue('three', all)];
    expect((await masklab(folder, ['queue', 'first', ids[2]!])).code).toBe(0);
    expect((await masklab(folder, ['queue', 'pause'])).code).toBe(0);
    const listed = await masklab(folder, ['queue', '--json']);
    expect(JSON.parse(listed.output)).toMatchObject({
      isPaused: true,
      waiting: [{ id: ids[2] }, { id: ids[0] }, { id: ids[1] }],
    });
    await masklab(folder, ['queue', 'resume']);

    const both = await Promise.all(
      [1, 2].map(() => masklab(folder, ['queue', 'run'], { seconds: 100 })),
    );
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const started = both.flatMap(({ output }) => output.match(/^\S+(?= started\.)/gm) ?? []);
    expect(started.sort()).toEqual([...ids].sort());

    await expect.poll(haveFinished, { timeout: 60_000 }).toBe(true);
    const [first, second, third] = await spansOf([ids[2]!, ids[0]!, ids[1]!]);
    expect(second!.from).toBeGreaterThanOrEqual(first!.to);
    expect(third!.from).toBeGreaterThanOrEqual(second!.to);
  });

  it.runIf(CORES > 1)('trains runs side by side that leave cores to one another', async () => {
    const long = { threads: 1, epochs: 200 };
    const ids = [
      await enqueue('one', long),
      await enqueue('two', long),
      await enqueue('last', { threads: CORES }),
    ];
    expect((await masklab(folder, ['queue', 'run'], { seconds: 100 })).code).toBe(0);
    await expect.poll(haveFinished, { timeout: 60_000 }).toBe(true);
    const [first, second, last] = await spansOf(ids);
    expect(second!.from).toBeGreaterThanOrEqual(first!.from);
    expect(second!.from).toBeLessThan(first!.to);
    expect(last!.from).toBeGreaterThanOrEqual(Math.max(first!.to, second!.to));
  });

  it('takes a run that pre-trains, with the experiment that it is given', async () => {
    const { output, code } = await masklab(folder, [
      ...['pretrain', '--data', 'a.txt', '--tokenizer', 'tiny', '--layers', '1'],
      ...['--hidden-size', '16', '--heads', '2', '--epochs', '1', '--threads', '1'],
      ...['--experiment', 'From scratch', '--queue', '--json'],
    ]);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(JSON.parse(/^\{.*\}$/m.exec(output)![0])).toMatchObject({ status: 'waiting' });
    const [run] = await listRuns(path.join(folder, '.masklab/runs'));
    expect(run).toMatchObject({ status: 'waiting', facts: { experiment: 'from-scratch' } });
  });
});

it('does not start a run that needs more memory than the machine has', async () => {
  const { output } = await masklab(folder, [
    ...['pretrain', '--data', 'a.txt', '--tokenizer', 'tiny', '--layers', '64'],
    ...['--hidden-size', '16384', '--heads', '64', '--queue', '--json'],
  ]);
  const { id } = JSON.parse(/^\{.*\}$/m.exec(output)![0]) as { id: string };
  await enqueue('small', { threads: 1 });
  const ran = await masklab(folder, ['queue', 'run'], { seconds: 100 });
  expect(ran.output).toMatch(/^\S+small started\.$/m);
  expect(ran.output).toMatch(
    new RegExp(`^${id} needs about \\d[.\\d]* TB of memory, this machine has .*\\.$`, 'm'),
  );
  expect(ran.code).toBe(0);
  const listed = await masklab(folder, ['queue']);
  expect(listed.output).toMatch(new RegExp(`^${id}  waiting, 1 of 1: needs about`, 'm'));
}, 120_000);

describe('a run file with several seeds', { timeout: 120_000 }, () => {
  const write = (content: object): void => {
    fs.writeFileSync(path.join(folder, 'a.run.jsonc'), JSON.stringify(content));
  };
  const run = {
    ...{ data: 'a.txt', model: 'tiny', epochs: 1, threads: 1, maxLength: 32, seeds: [4, 2] },
  };
  const seeds = async (status: string): Promise<unknown[]> =>
    (await listRuns(path.join(folder, '.masklab/runs')))
      .filter((one) => one.status === status)
      .map(({ facts }) => facts?.seed)
      .sort();

  it('trains a run for each, and one run for a seed of the command', async () => {
    write(run);
    const { code, output } = await masklab(folder, ['train', 'a.run.jsonc'], { seconds: 100 });
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/Run 1 of 2, seed 4:[^]*Run 2 of 2, seed 2:/);
    expect(await seeds('finished')).toEqual([2, 4]);
    expect((await masklab(folder, ['train', 'a.run.jsonc', '--seed', '9'])).code).toBe(0);
    expect(await seeds('finished')).toEqual([2, 4, 9]);
    const estimated = await masklab(folder, ['estimate', 'a.run.jsonc']);
    expect(estimated.output).toMatch(/runs {11}2, one per seed, about/);
  });

  it('adds all of them to the queue', async () => {
    write(run);
    expect((await masklab(folder, ['train', 'a.run.jsonc', '--queue'])).code).toBe(0);
    expect(await seeds('waiting')).toEqual([2, 4]);
  });
});
