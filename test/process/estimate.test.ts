import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSpecSchema, type RunSpec } from '../../src/core/runs/schema.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, readText, TrainerRuns } from './trainerRuns.js';

const WORDS = 'good great lovely superb fine bad awful poor dull weak was the film and in town';

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), WORDS);
  const rows = Array.from({ length: 200 }, (_, i) => {
    const word = WORDS.split(' ')[i % 10]!;
    return `the film was ${word} and ${WORDS.split(' ')[i % 7]!},${i % 10 < 5 ? 'good' : 'bad'}`;
  });
  runs.write('reviews.csv', `text,label\n${rows.join('\n')}\n`);
});
afterEach(() => runs.dispose());

function masklab(...args: string[]): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(DIST, 'cli.js'), ...args, '--data', 'reviews.csv', '--model', 'tiny'],
    { cwd: runs.folder, encoding: 'utf8' },
  );
  return { out: stdout, err: stderr, status };
}

function specOf(): RunSpec {
  const folder = path.join(runs.folder, '.masklab/runs');
  const [run] = fs.readdirSync(folder).filter((name) => !name.startsWith('.'));
  return runSpecSchema.parse(JSON.parse(readText(path.join(folder, run!), 'run.json')));
}

describe('masklab estimate', () => {
  it('says what a run would take, and starts none', () => {
    const { out, err } = masklab('estimate', '--json', '--method', 'lora');
    expect(err).toBe('');
    const found = JSON.parse(out) as Record<string, number>;
    expect(found['seconds']).toBeGreaterThan(0);
    expect(found['memoryBytes']).toBeGreaterThan(1e8);
    expect(found['trainedCount']).toBeLessThan(found['parameterCount']! / 2);
    expect(fs.existsSync(path.join(runs.folder, '.masklab'))).toBe(false);
    expect(masklab('estimate').out).toMatch(/time +about .*\nmemory +about \d+ MB/);
  });

  it('tells what is wrong with the data, as a run would', () => {
    const { err, status } = masklab('estimate', '--label-column', 'stars');
    expect(err).toMatch(/reviews\.csv: There is no column "stars"/);
    expect(status).toBe(1);
  });
});

describe('a run that is estimated first', () => {
  it('takes a batch that fits, and keeps the sequences of a step', () => {
    const { status, err } = masklab(
      ...['train', '--batch-size', 'auto', '--memory', '2GB', '--epochs', '1', '--json'],
    );
    expect(err).toMatch(/^masklab: 130 records \([\d.]+%\) repeat [^\n]+\n$/);
    expect(status).toBe(0);
    const { batchSize, accumulation, recompute } = specOf().training;
    expect(batchSize * accumulation).toBe(16);
    expect(recompute).toBe(false);
  });

  it('is refused where nothing fits, and leaves nothing behind', () => {
    const { err, status } = masklab('train', '--memory', '50MB');
    expect(err).toMatch(/even with one sequence per batch/);
    expect(status).toBe(2);
    expect(fs.existsSync(path.join(runs.folder, '.masklab'))).toBe(false);
  });

  it('takes the learning rate that a sweep suggests', () => {
    const { status, err } = masklab(
      ...['train', '--find-learning-rate', '--epochs', '1', '--json'],
    );
    expect(err).toMatch(/^masklab: 130 records \([\d.]+%\) repeat [^\n]+\n$/);
    expect(status).toBe(0);
    const { learningRate } = specOf().optimizer;
    expect(learningRate).toBeGreaterThan(1e-6);
    expect(learningRate).toBeLessThan(0.5);
    expect(masklab('train', '--find-learning-rate', '--learning-rate', '1e-3').err).toMatch(
      /A learning rate is set/,
    );
  });
});
