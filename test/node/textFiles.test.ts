import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectDataFiles, readTextFile } from '../../src/node/textFiles.js';

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

describe('readTextFile', () => {
  const read = async (content: string | Uint8Array): Promise<string> =>
    (await readTextFile(write('t.txt', content), { shownAs: 't.txt' })).text;

  it('reads UTF-8 and UTF-16 and drops the byte order mark', async () => {
    expect(await read('Grüße 🌍')).toBe('Grüße 🌍');
    expect(await read('\ufeffa')).toBe('a');
    expect(await read(Buffer.from('\ufeffGrüße', 'utf16le'))).toBe('Grüße');
    expect(await read(Buffer.from('\ufeffGrüße', 'utf16le').swap16())).toBe('Grüße');
  });

  it('names the line of a broken encoding', async () => {
    const latin1 = Buffer.from('one\ntwo\nGrüße\n', 'latin1');
    await expect(read(latin1)).rejects.toMatchObject(dataError({ file: 't.txt', row: 3 }));
  });

  it('refuses binary content', async () => {
    await expect(read(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))).rejects.toMatchObject(
      dataError({ problem: 'looks like a binary file, not text' }),
    );
  });
});
