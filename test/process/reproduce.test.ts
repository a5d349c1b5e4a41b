import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';
import { readText, TrainerRuns } from './trainerRuns.js';

const WORDS = 'good bad film book anna ben';

let runs: TrainerRuns;
beforeEach(async () => {
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), WORDS);
});
afterEach(async () => {
  await runs.dispose();
});

describe('masklab reproduce', () => {
  it(
    'trains a run again to the same bits, and names what differs',
    { timeout: 90_000 },
    async () => {
      const rows = Array.from({ length: 40 }, (_, i) => `good film ${i % 3 ? 'anna' : 'ben'} book`);
      const file = runs.write('a.txt', rows.join('\n\n'));
      const options = { epochs: 2, batchSize: 8, maxLength: 16, heldOut: 0.3, dropout: true };
      const { directory } = await runs.train(options, [file]);
      const same = await masklab(runs.folder, ['reproduce', directory]);
      expect(same.output).toMatch(/Reproduced: \d+ rows of metrics and the model are equal/);
      expect(same.code).toBe(0);

      const metrics = path.join(directory, 'metrics.jsonl');
      const [first = '', ...others] = readText(directory, 'metrics.jsonl').split('\n');
      const changed = first.replace(/"loss":[\d.]+/, '"loss":1.25');
      expect(changed).not.toBe(first);
      fs.writeFileSync(metrics, [changed, ...others].join('\n'));
      const other = await masklab(runs.folder, ['reproduce', directory]);
      expect(other.output).toMatch(/first difference {3}step \d+, \w+: loss 1\.25 before/);
      expect(other.code).toBe(1);
    },
  );
});
