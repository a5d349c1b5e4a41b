import { expect, it } from 'vitest';
import { fuzzFiles } from '../../support/fuzz/fuzzFiles.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const folder = useScratchFolder();
const CHANGED_FILES = 1000;

it('gives values or named errors for damaged files of every kind', async () => {
  const { found } = await fuzzFiles({
    ...{ folder: folder.path, firstSeed: 0 },
    continues: (tried) => tried < CHANGED_FILES,
  });
  expect(found).toEqual([]);
});
