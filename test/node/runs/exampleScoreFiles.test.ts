import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  pickExamples,
  readExampleScores,
  ScoreFile,
} from '../../../src/node/runs/exampleScoreFiles.js';
import { useRunsFolder } from './runsInFolder.js';

const runs = useRunsFolder();

it('scores written before their limits were recorded can still be read', async () => {
  const directory = runs.runIn('a');
  const header = { version: 1, split: 'test', task: 'masked-lm', outputs: [], step: 3 };
  const score = { key: '0a', split: 'test', file: 'a.txt', line: 1, group: null, nll: [] };
  const lines = [
    { ...header, examples: 1, evaluated: 1, total: 1 },
    { ...score, scored: { kind: 'maskedTokens', tokens: [] } },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  fs.writeFileSync(path.join(directory, 'test.jsonl'), text);
  const found = await readExampleScores(directory, 'test');
  expect(found!.header).toMatchObject({ limitedBy: null, maxBytes: null });
  expect(found!.scores).toMatchObject([{ line: 1, evaluated: true }]);
});

it('scores whose writing fails leave no file behind', async () => {
  const directory = runs.runIn('a');
  const file = new ScoreFile(directory, {
    ...{ version: 1, split: 'heldOut', task: 'masked-lm', outputs: [], step: 3 },
    ...{ evaluated: 1, total: 1, maxBytes: 1000 },
  });
  file.close();
  expect(fs.readdirSync(directory)).toEqual([]);
  expect(await readExampleScores(directory, 'heldOut')).toBeNull();
});

it('examples are picked from a file, and from none that is damaged', async () => {
  const directory = runs.runIn('a');
  const request = { split: 'heldOut', filter: { kind: 'errors' } } as const;
  expect(await pickExamples(directory, request)).toBeNull();
  const file = new ScoreFile(directory, {
    ...{ version: 1, split: 'heldOut', task: 'classification', outputs: ['bad', 'good'], step: 3 },
    ...{ evaluated: 2, total: 2, maxBytes: 10_000 },
  });
  const score = (line: number, predicted: string): Parameters<typeof file.add>[0][number] => ({
    ...{ key: '0a', evaluated: true, file: 'a.csv', line, text: 'dull', group: null, nll: [line] },
    scored: {
      ...{ kind: 'answer', logits: [[0, 1]] },
      answer: { kind: 'labels', expected: ['bad'], predicted: [predicted], probabilities: [] },
    },
  });
  file.add([score(2, 'good'), score(3, 'bad'), score(4, 'good')]);
  file.finish('size');
  const examples = [
    { line: 4, text: 'dull', expected: 'bad', predicted: 'good', loss: 4 },
    { line: 2 },
  ];
  expect(await pickExamples(directory, request)).toMatchObject({ total: 2, examples });
  if (process.platform !== 'win32') {
    const linked = runs.runIn('b');
    fs.symlinkSync(path.join(directory, 'heldout.jsonl'), path.join(linked, 'heldout.jsonl'));
    expect(await pickExamples(linked, request)).toBeNull();
  }
  fs.appendFileSync(path.join(directory, 'heldout.jsonl'), '{"key":1}\n');
  expect(await pickExamples(directory, request)).toBeNull();
});
