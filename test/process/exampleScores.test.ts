import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExampleScores } from '../../src/node/runs/exampleScoreFiles.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { TrainerRuns } from './trainerRuns.js';

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
        const nll = found.scores.flatMap((score) => score.nll);
        expect(nll.reduce((a, b) => a + b, 0) / nll.length).toBeCloseTo(reported['loss']!, 5);
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

  it('leaves none where it is told to', async () => {
    const data = runs.write('a.txt', ROWS.join('\n\n'));
    const { directory } = await runs.train({ ...QUICK, noExampleScores: true }, [data]);
    expect(await readExampleScores(directory, 'heldOut')).toBeNull();
    expect(await readExampleScores(directory, 'test')).toBeNull();
  });
});
