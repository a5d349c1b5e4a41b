import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/core/random.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { logRowSchema } from '../../src/core/runs/schema.js';
import { requestControl } from '../../src/node/runs/runDirectory.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { messageInEnglish } from '../support/inEnglish.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const GOOD = ['good', 'great', 'lovely', 'superb', 'fine'];
const BAD = ['bad', 'awful', 'poor', 'dull', 'weak'];
const FILLERS = ['the film was', 'we found the book', 'a story that is', 'this play is'];
const NAMES = ['anna', 'ben', 'carla', 'david', 'emma'];

/** Reviews in which one word tells the label. */
function reviews(rows: number): string {
  const random = randomStream('reviews');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const lines = Array.from({ length: rows }, (_, i) => {
    const [label, words] = random() < 0.5 ? ['good', GOOD] : ['bad', BAD];
    return `"${pick(FILLERS)} ${pick(words)} for ${pick(NAMES)} and ${pick(NAMES)} ${i}",${label}`;
  });
  return `text,label\n${lines.join('\n')}\n`;
}

const QUICK: RunOptions = {
  ...{ epochs: 12, batchSize: 8, maxLength: 32, learningRate: 3e-3, evaluateEverySteps: 40 },
};

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  const vocabulary = [...GOOD, ...BAD, ...FILLERS, ...NAMES, '0 1 2 3 4 5 6 7 8 9'].join(' ');
  await writeTinyModel(path.join(runs.folder, 'tiny'), vocabulary);
  runs.write('reviews.csv', reviews(300));
  const words = { name: 'opinions', words: [...GOOD, ...BAD] };
  const replace = { mask: 1, random: 0, keep: 0 };
  const policy = { version: 1, name: 'no opinions', rate: 0, replace, rules: [words] };
  runs.write('opinions.mask.json', JSON.stringify(policy));
});
afterEach(async () => {
  await runs.dispose();
});

function masklab(...args: string[]): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(DIST, 'cli.js'), ...args],
    { cwd: runs.folder, encoding: 'utf8' },
  );
  return { out: stdout, err: stderr, status };
}

const logOf = (directory: string): string[] =>
  readText(directory, 'log.jsonl')
    .trim()
    .split('\n')
    .map((line) => logRowSchema.parse(JSON.parse(line)))
    .filter(({ topic }) => topic === 'masking')
    .map(({ message }) => messageInEnglish(message));

describe('a classifier trained on masked texts', { timeout: 240_000 }, () => {
  it('learns from masked and other texts, the same ones after it was stopped and resumed', async () => {
    const options = { ...QUICK, epochs: 8, maskedExamples: 0.5, checkpointEverySteps: 10 };
    const whole = await runs.train(options, ['reviews.csv']);
    expect(whole.state!.latest!['accuracy']).toBeGreaterThan(0.9);
    expect(logOf(whole.directory)).toEqual([
      'Masked fine-tuning: 50.0% of the examples of each batch are masked at random, each at a rate between 0% and 100%.',
    ]);
    expect((await readRunSpec(whole.directory)).training.maskedExamples).toBe(0.5);
    expect(readText(whole.directory, 'model/README.md')).toMatch(
      /^- Masking: 50% of the training examples masked$/m,
    );

    const broken = await runs.create(options, ['reviews.csv']);
    await runs.launch(broken.directory);
    await runs.reaches(broken.directory, 45);
    await requestControl(broken.directory, 'stop');
    expect((await runs.ended(broken.directory)).status).toBe('stopped');
    await runs.launch(broken.directory);
    expect((await runs.ended(broken.directory)).status).toBe('finished');
    expect(metricsOf(broken.directory)).toEqual(metricsOf(whole.directory));
    const weights = (directory: string): Buffer =>
      fs.readFileSync(path.join(directory, 'model/model.safetensors'));
    expect(weights(broken.directory).equals(weights(whole.directory))).toBe(true);

    const plain = await runs.train({ ...QUICK, epochs: 8 }, ['reviews.csv']);
    expect(weights(plain.directory).equals(weights(whole.directory))).toBe(false);
    expect(logOf(plain.directory)).toEqual([]);
  });

  it('cannot learn from words that a policy masks, and is evaluated on texts that have them', async () => {
    const { status, out, err } = masklab(
      ...['train', '--data', 'reviews.csv', '--model', 'tiny', '--masking', 'opinions.mask.json'],
      ...['--epochs', '6', '--batch-size', '8', '--max-length', '32', '--learning-rate', '3e-3'],
      ...['--masked-examples', '0.25', '--held-out', '0.2', '--threads', '2', '--json'],
    );
    expect(err).not.toMatch(/masklab:/);
    expect(status).toBe(0);
    const { directory } = JSON.parse(out.trim().split('\n').at(-1)!) as { directory: string };
    const folder = path.resolve(runs.folder, directory);
    const spec = await readRunSpec(folder);
    expect(spec.masking).toMatchObject({ name: 'no opinions', rate: 0 });
    expect(spec.training.maskedExamples).toBe(0.25);
    const [policy, examples] = logOf(folder);
    expect(policy).toMatch(
      /^Masking policy: no opinions: 1 rule\. The first epoch masks (\d\.\d)% of the tokens \(opinions \1%\)\.$/,
    );
    expect(examples).toMatch(/^Masked fine-tuning: 25\.0%/);
    // All that tells the label was masked, in training alone: a bag of words finds it.
    const shown = masklab('evaluate', '--model', folder, '--data', 'reviews.csv', '--json');
    const report = JSON.parse(shown.out) as { metrics: Record<string, number> };
    expect(report.metrics['accuracy']).toBeLessThan(0.75);
    const predicted = masklab('predict', '--model', folder, '--json', 'the film was superb');
    expect(JSON.parse(predicted.out)).toMatchObject({ kind: 'labels' });
  });

  it('says why masked fine-tuning is refused for running text', () => {
    runs.write('notes.txt', 'The film was good.\n\n'.repeat(20));
    const { status, err } = masklab(
      ...['train', '--data', 'notes.txt', '--model', 'tiny', '--masked-examples', '0.5'],
    );
    expect(status).not.toBe(0);
    expect(err).toMatch(/Masked fine-tuning is for texts with labels.*--masked-examples/s);
    const other = masklab('train', '--data', 'reviews.csv', '--masked-examples', '2');
    expect(other.err).toMatch(/--masked-examples/);
    expect(other.status).not.toBe(0);
  });
});
