import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readExampleScores, ScoreFile } from '../../../src/node/runs/exampleScoreFiles.js';
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
