import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { readText, TrainerRuns } from './trainerRuns.js';

const QUICK: RunOptions = { epochs: 1, batchSize: 8, maxLength: 32, heldOut: 0.3, test: 0.2 };
const WORDS = ['good', 'bad', 'film', 'book', 'anna', 'ben'];
const ROWS = Array.from({ length: 60 }, (_, i) =>
  [i % 6, (i * 7) % 5, (i * i) % 4].map((at) => WORDS[at]!).join(` ${WORDS[i % 5]!} `),
).map((text, i) => `${text} ${WORDS[Math.floor(i / 6) % 6]!} ${WORDS[Math.floor(i / 10)]!}`);

const TASKS: readonly (readonly [string, string, string, string | null])[] = [
  ['masked-lm', 'a.txt', ROWS.join('\n\n'), 'maskedAccuracy'],
  [
    ...(['classification', 'a.csv'] as const),
    `text,label,author\n${ROWS.map((text, i) => `${text},${i % 3 ? 'x' : 'y'},${i}`).join('\n')}\n`,
    'accuracy',
  ],
  [
    'regression',
    'b.csv',
    `text,label\n${ROWS.map((text, i) => `${text},${i / 7}`).join('\n')}\n`,
    null,
  ],
  [
    ...(['token-classification', 'a.conll'] as const),
    ROWS.map((text) =>
      text
        .split(' ')
        .map((word) => `${word} ${word === 'anna' ? 'B-PER' : 'O'}`)
        .join('\n'),
    ).join('\n\n'),
    'accuracy',
  ],
];

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), WORDS.join(' '));
});
afterEach(async () => {
  await runs.dispose();
});

/** Mean loss of the values of scores. */
function mean(scores: readonly { readonly nll: readonly number[] }[]): number {
  const values = scores.flatMap(({ nll }) => nll);
  return values.reduce((a, b) => a + b, 0) / values.length;
}

describe('a finished run', () => {
  it.each(TASKS)(
    'leaves the scores of single examples of %s',
    async (_task, name, text, accuracy) => {
      const { directory, state } = await runs.train(QUICK, [runs.write(name, text)]);
      for (const split of ['heldOut', 'test'] as const) {
        const found = (await readExampleScores(directory, split))!;
        const reported = split === 'heldOut' ? state!.latest! : state!.test!;
        expect(found.scores).toHaveLength(found.header.total);
        expect(found.header.examples).toBe(found.header.total);
        const places = found.scores.map(({ file, line }) => `${file}:${line}`);
        expect(new Set(places).size).toBe(places.length);
        expect(mean(found.scores)).toBeCloseTo(reported['loss']!, 5);
        if (accuracy === null) continue;
        const right = found.scores.flatMap(({ scored }) => {
          if (scored.kind === 'maskedTokens')
            return scored.tokens.map(({ original, predicted }) => original.id === predicted.id);
          const { answer } = scored;
          if (answer.kind === 'numbers') return [];
          return answer.kind === 'labels'
            ? [answer.expected[0] === answer.predicted[0]]
            : answer.words.map(({ expected, predicted }) => expected === predicted);
        });
        expect(right.filter(Boolean).length / right.length).toBeCloseTo(reported[accuracy]!, 9);
      }
    },
  );

  it('scores distributions by their divergence from the prediction', async () => {
    const rows = ROWS.map((text, i) => `${text},${(i % 5) / 4},${1 - (i % 5) / 4}`);
    const data = runs.write('a.csv', `text,bad,good\n${rows.join('\n')}\n`);
    const { directory, state } = await runs.train(
      { ...QUICK, task: 'classification', loss: 'kl', labelColumn: ['bad', 'good'] },
      [data],
    );
    const { header, scores } = (await readExampleScores(directory, 'heldOut'))!;
    expect(header.outputs).toEqual(['bad', 'good']);
    for (const { nll, scored } of scores) {
      if (scored.kind !== 'answer' || scored.answer.kind !== 'numbers')
        throw new Error('no answer');
      const { expected, predicted } = scored.answer;
      const divergence = expected.reduce(
        (sum, p, i) => sum + (p === 0 ? 0 : p * Math.log(p / predicted[i]!)),
        0,
      );
      expect(nll[0]).toBeCloseTo(divergence, 5);
    }
    expect(mean(scores)).toBeCloseTo(state!.latest!['loss']!, 5);
  });

  it.each([
    ['rows of a table', 'a.csv', {}],
    ['running text in a table', 'a.csv', { task: 'masked-lm', textColumn: 'text' }],
  ] as const)('names the group of %s', async (_data, name, options) => {
    const rows = ROWS.map((text, i) => `${text},${i % 3 ? 'x' : 'y'},author ${i % 12}`);
    const data = runs.write(name, `text,label,author\n${rows.join('\n')}\n`);
    const { directory } = await runs.train({ ...QUICK, ...options, groupColumn: 'author' }, [data]);
    const groups: Record<string, Set<string | null>> = {};
    for (const split of ['heldOut', 'test'] as const) {
      const { scores } = (await readExampleScores(directory, split))!;
      for (const { line, group } of scores) expect(group).toBe(`author ${(line - 2) % 12}`);
      groups[split] = new Set(scores.map(({ group }) => group));
    }
    expect([...groups['heldOut']!].filter((group) => groups['test']!.has(group))).toEqual([]);
  });

  it('names the first of several texts that share a sequence', async () => {
    const names = ROWS.map((text, i) => runs.write(`${i}.txt`, text));
    const { directory, state } = await runs.train({ ...QUICK, packing: true }, names);
    const { scores } = (await readExampleScores(directory, 'heldOut'))!;
    expect(scores.length).toBeGreaterThan(1);
    expect(scores.length).toBeLessThan(ROWS.length * 0.3);
    expect(mean(scores)).toBeCloseTo(state!.latest!['loss']!, 5);
    for (const { file, scored } of scores) {
      if (scored.kind !== 'maskedTokens') throw new Error('no masked tokens');
      // Each word is a token, so that the first text is the first tokens of the sequence.
      const words = ROWS[Number.parseInt(file)]!.split(' ');
      for (const { index, original } of scored.tokens) {
        if (index < words.length) expect(original.token).toBe(words[index]);
      }
    }
  });

  it('scores what was not evaluated as well', async () => {
    const texts = Array.from({ length: 640 }, (_, i) =>
      runs.write(`${i}.txt`, `${ROWS[i % 60]!} ${ROWS[(i * 7 + 1) % 59]!} ${WORDS[i % 6]!}`),
    );
    const options = { ...QUICK, heldOut: 0.5, test: 0, epochs: 8, evaluateEverySteps: 1000 };
    const { directory, state } = await runs.train(options, texts);
    const { header, scores } = (await readExampleScores(directory, 'heldOut'))!;
    expect(header).toMatchObject({ evaluated: 256, limitedBy: null });
    expect(header.total).toBeGreaterThan(256);
    expect(scores).toHaveLength(header.total);
    const evaluated = scores.filter((score) => score.evaluated);
    expect(evaluated).toHaveLength(256);
    expect(mean(evaluated)).toBeCloseTo(state!.latest!['loss']!, 5);
  });

  it('leaves the same scores if it was interrupted and resumed', async () => {
    const data = runs.write('a.txt', ROWS.join('\n\n'));
    const options = { ...QUICK, epochs: 40, checkpointEverySteps: 5 };
    const whole = await runs.train(options, [data]);
    const { directory } = await runs.create(options, [data]);
    const pid = await runs.launch(directory);
    await runs.reaches(directory, 8);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await readExampleScores(directory, 'heldOut')).toBeNull();
    await runs.launch(directory);
    expect((await runs.ended(directory)).status).toBe('finished');
    expect(readText(directory, 'log.jsonl')).toContain('Resuming from step');
    for (const file of ['heldout.jsonl', 'test.jsonl']) {
      expect(readText(directory, file)).toBe(readText(whole.directory, file));
    }
  });

  it('leaves none where it is told to', async () => {
    const data = runs.write('a.txt', ROWS.join('\n\n'));
    const { directory } = await runs.train({ ...QUICK, noExampleScores: true }, [data]);
    expect(await readExampleScores(directory, 'heldOut')).toBeNull();
    expect(await readExampleScores(directory, 'test')).toBeNull();
  });
});
