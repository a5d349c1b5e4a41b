import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../support/tinyModel.js';
import { readText, TrainerRuns } from './trainerRuns.js';

const WORDS = ['town', 'river', 'bridge', 'stone', 'garden', 'house', 'road'];
const TEXT = Array.from({ length: 400 }, (_, i) => {
  const [a, b, c] = [i, i >> 1, i >> 3].map((n) => WORDS[n % WORDS.length]!);
  return `the ${a} has a ${b} and the ${b} has a ${c}.`;
}).join(' ');
/** Of another system than this one. */
const ABSENT = process.platform === 'win32' ? 'coreml' : 'dml';

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), TEXT);
});
afterEach(async () => {
  await runs.dispose();
});

describe('a trainer process', () => {
  it('trains on the CPU where the execution provider does not work here, and says so', async () => {
    const text = runs.write('town.txt', TEXT);
    const options = { epochs: 1, batchSize: 8, maxLength: 32, executionProvider: ABSENT } as const;
    const { directory } = await runs.train(options, [text]);
    const warning = readText(directory, 'log.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; message: { text: string } })
      .find(({ level }) => level === 'warning');
    expect(warning?.message.text).toMatch(
      new RegExp(`^${ABSENT} is not available on this machine`),
    );
  });
});
