import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectDataFiles } from '../../src/node/textFiles.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-text-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});
function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}
const collect = (...paths: string[]) =>
  collectDataFiles(paths, { workspaceFolder: folder, kind: 'text' });
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});

describe('collectDataFiles', () => {
  it('searches folders, sorts, takes each file once and leaves hidden folders out', async () => {
    write('b.md', 'b');
    write('a/deep/c.TXT', 'c');
    write('.git/x.txt', 'x');
    write('.masklab/runs/r/model/README.md', 'x');
    write('node_modules/p/readme.md', 'x');
    write('image.png', 'x');
    const { files } = await collect('.', 'b.md');
    expect(files).toEqual([
      { path: 'a/deep/c.TXT', bytes: 1 },
      { path: 'b.md', bytes: 1 },
    ]);
  });

  it('does not follow a link in a circle', async () => {
    write('a/t.txt', 'x');
    fs.symlinkSync(folder, path.join(folder, 'a/loop'));
    expect((await collect('.')).files.map((file) => file.path)).toEqual(['a/t.txt']);
  });

  it('says what was left out and why', async () => {
    write('a.txt', 'x');
    write('empty.txt', '');
    write('data.bin', 'x');
    const { skipped } = await collect('a.txt', 'empty.txt', 'data.bin');
    expect(skipped.map(({ file }) => file)).toEqual(['empty.txt', 'data.bin']);
  });

  it('refuses a choice without any text', async () => {
    await expect(collect('.')).rejects.toMatchObject({ data: { code: 'UserInput' } });
    await expect(collect('gone')).rejects.toMatchObject(
      dataError({ file: 'gone', problem: 'does not exist' }),
    );
  });
});
