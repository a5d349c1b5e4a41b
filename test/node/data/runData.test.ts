import { expect, it } from 'vitest';
import { collectRunData } from '../../../src/node/data/runData.js';
import { useScratchFolder } from './readers/scratchFolder.js';

const folder = useScratchFolder();

it('takes source code into a run only where it is asked for', async () => {
  folder.write('a.txt', 'some text');
  folder.write('src/b.ts', '// a comment');
  const filesWith = async (options: Parameters<typeof collectRunData>[0]['options']) => {
    const { files } = await collectRunData({
      workspaceFolder: folder.path,
      paths: ['.'],
      options,
      splitSeed: 1,
      heldOutFraction: 0.1,
      testFraction: 0,
      signal: undefined,
      report: () => undefined,
    });
    return files.map((file) => file.path);
  };
  expect(await filesWith({})).toEqual(['a.txt']);
  expect(await filesWith({ code: 'comments' })).toEqual(['a.txt', 'src/b.ts']);
});
