import path from 'node:path';
import { expect, it } from 'vitest';
import { planRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { memoryOfPlannedRun } from '../../src/trainer/memoryOfPlannedRun.js';
import { useScratchFolder } from '../node/data/readers/scratchFolder.js';
import { writeTinyClassifier } from '../support/tinyModel.js';

const folder = useScratchFolder();

it('counts the features that a run of the last layer keeps, which grow with the data', async () => {
  const text = Array.from({ length: 40 }, (_, day) => `the sea of day ${day}`).join('\n\n');
  const tiny = path.join(folder.path, 'tiny');
  await writeTinyClassifier(tiny, text, { head: 'sequence', labels: ['no', 'yes'] });
  const memoryWith = async (rows: number, method?: 'last-layer'): Promise<number> => {
    const lines = Array.from(
      { length: rows },
      (_, i) => `the film of day ${i},${i % 2 ? 'yes' : 'no'}`,
    );
    folder.write('a.csv', `text,label\n${lines.join('\n')}\n`);
    const { spec } = await planRun(
      await inspectRun({
        runsFolder: path.join(folder.path, 'runs'),
        workspaceFolder: folder.path,
        paths: ['a.csv'],
        modelFolder: tiny,
        options: { task: 'classification', ...(method && { method }) },
      }),
    );
    return memoryOfPlannedRun(spec);
  };
  expect(await memoryWith(4000)).toBe(await memoryWith(40));
  const few = await memoryWith(40, 'last-layer');
  const many = await memoryWith(4000, 'last-layer');
  expect(many).toBeGreaterThan(few + 1000 * 4);
  expect(many).toBeLessThan(few + 2 ** 28);
});
