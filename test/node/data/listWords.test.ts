import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listWords } from '../../../src/node/data/listWords.js';
import { useScratchFolder } from './readers/scratchFolder.js';

const folder = useScratchFolder();
const list = async (exclude: string[] = [], most = 100) => {
  const folders = [{ workspaceFolder: folder.path, exclude }];
  const found = await listWords({ folders, known: new Set(['whale']), most });
  return found.map(({ word, count }) => `${word} ${count}`);
};

describe('listWords', () => {
  it('counts the unknown words of text files, most frequent first', async () => {
    folder.write('a.txt', 'The whale, the jollyboat and Queequeg. x1 snake_case Whale');
    folder.write('deep/b.md', '# Jollyboat\n\nqueequeg the\n\n```\nfenced\n```\n');
    folder.write('c.py', 'starboard = 1');
    folder.write('d.csv', 'larboard,1');
    expect(await list()).toEqual([
      ...['the 2', 'Jollyboat 1', 'Queequeg 1', 'The 1', 'and 1', 'jollyboat 1', 'queequeg 1'],
    ]);
    expect(await list([], 1)).toEqual(['the 2']);
  });

  it('leaves out what is excluded, hidden, ignored by git or binary', async () => {
    for (const name of ['out/a.txt', '.hidden/a.txt', 'node_modules/a.txt', 'ignored.txt']) {
      folder.write(name, 'whalebone');
    }
    folder.write('.gitignore', 'ignored.txt\n');
    folder.write('binary.txt', 'wha\0lebone whalebone');
    folder.write('seen.txt', 'spermaceti');
    expect(await list(['**/out'])).toEqual(['spermaceti 1']);
  });

  it('reads regular files of up to a megabyte alone', async () => {
    folder.write('large.txt', 'blubber '.repeat(140_000));
    execFileSync('mkfifo', [`${folder.path}/pipe.txt`]);
    folder.write('small.txt', 'blubber');
    expect(await list()).toEqual(['blubber 1']);
  });

  it('stops when it is cancelled', async () => {
    for (let i = 0; i < 2000; i++) folder.write(`${i}.txt`, 'harpooneer '.repeat(500));
    const controller = new AbortController();
    const folders = [{ workspaceFolder: folder.path, exclude: [] }];
    const listing = listWords({ folders, known: new Set(), most: 10 }, controller.signal);
    controller.abort();
    await expect(listing).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
