import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataKind } from '../../../src/core/data/dataSelection.js';
import { collectDataFiles, type FileSelection } from '../../../src/node/data/textFiles.js';
import { selectionIn } from '../../support/selection.js';
import { useScratchFolder } from './readers/scratchFolder.js';
import type { ProblemId } from '../../../src/core/messages/catalogue.js';
import { message, problem } from '../../../src/core/messages/message.js';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';

const folder = useScratchFolder();
interface Options extends Partial<FileSelection> {
  readonly kind?: DataKind;
}
const collect = (paths: string[], { kind = 'text', ...options }: Options = {}) =>
  collectDataFiles({ ...selectionIn(folder.path, paths), ...options }, kind);
const found = async (paths: string[], options?: Options): Promise<string[]> =>
  (await collect(paths, options)).files.map((file) => file.path);
const write = (...names: string[]): void => {
  for (const name of names) folder.write(name, 'x');
};
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});
const told = (id: ProblemId): unknown => expect.objectContaining({ id }) as unknown;

describe('collectDataFiles', () => {
  it('searches folders, sorts, takes each file once and leaves hidden folders out', async () => {
    write('b.md', 'a/deep/c.TXT', '.git/x.txt', '.masklab/runs/r/model/README.md', '.hidden.txt');
    write('node_modules/p/readme.md', 'image.png');
    const { files } = await collect(['.', 'b.md']);
    expect(files).toEqual([
      { path: 'a/deep/c.TXT', bytes: 1 },
      { path: 'b.md', bytes: 1 },
    ]);
  });

  it('does not follow a link in a circle', async () => {
    write('a/t.txt');
    fs.symlinkSync(folder.path, path.join(folder.path, 'a/loop'));
    expect(await found(['.'])).toEqual(['a/t.txt']);
  });

  it('takes the files of a kind, source code where it is asked for, JSON where it is named', async () => {
    write('a.txt', 'b.csv', 'c.parquet', 'd.ts', 'e.json', 'f.html', 'g.log', 'h.jsonl');
    expect(await found(['.'])).toEqual(['a.txt', 'f.html']);
    expect(await found(['.'], { kind: 'labelled', code: 'all' })).toEqual([
      ...['b.csv', 'c.parquet', 'h.jsonl'],
    ]);
    expect(await found(['.'], { kind: 'any' })).toEqual([
      ...['a.txt', 'b.csv', 'c.parquet', 'f.html', 'h.jsonl'],
    ]);
    expect(await found(['.'], { code: 'all' })).toEqual(['a.txt', 'd.ts', 'f.html']);
    expect(await found(['e.json', 'g.log'], { kind: 'any' })).toEqual(['e.json', 'g.log']);
  });

  it('finds files by globs, of which one that says the ending names what it finds', async () => {
    write('data/a.txt', 'data/b/c.txt', 'data/b/d.log', 'data/e.md', 'other/f.txt', 'data/x.json');
    expect(await found(['data/**/*.txt'])).toEqual(['data/a.txt', 'data/b/c.txt']);
    expect(await found(['./data/*.{txt,md}'])).toEqual(['data/a.txt', 'data/e.md']);
    expect(await found(['data/**'])).toEqual(['data/a.txt', 'data/b/c.txt', 'data/e.md']);
    expect(await found(['**/*.log', 'data/*.json'], { kind: 'any' })).toEqual([
      ...['data/b/d.log', 'data/x.json'],
    ]);
    expect(await found(['.', '!data/b/**'])).toEqual(['data/a.txt', 'data/e.md', 'other/f.txt']);
    expect(await found([`${folder.path}/data/*.md`])).toEqual(['data/e.md']);
    await expect(collect(['nowhere/*.txt'])).rejects.toMatchObject({ data: { code: 'UserInput' } });
    write('odd [1].txt');
    expect(await found(['odd [1].txt'])).toEqual(['odd [1].txt']);
  });

  it('leaves out what the editor hides, unless it is named', async () => {
    write('a.txt', 'build/b.txt', 'deep/build/c.txt', 'd.bak.txt');
    const exclude = ['**/build', '*.bak.txt'];
    expect(await found(['.'], { exclude })).toEqual(['a.txt']);
    expect(await found(['.', 'd.bak.txt'], { exclude })).toEqual(['a.txt', 'd.bak.txt']);
  });

  it('honours every .gitignore on the way as git does', async () => {
    write(
      'a.txt',
      'b.txt',
      'sub/B.txt',
      'sub/a.txt',
      'sub/deep/b.txt',
      'sub/deep/keep.txt',
      'out/c.txt',
    );
    write('sub/out/d.txt', 'sub/e.txt', 'sub/deep/only/f.txt', 'sub/deep/f.txt');
    folder.write('.gitignore', 'b.txt\n/out/\n');
    folder.write(
      'sub/.gitignore',
      '# all\n*.txt\n!keep.txt\n!e.txt\n!only/\n!f.txt\n/deep/f.txt\n',
    );
    folder.write('sub/deep/only/.gitignore', '!f.txt\n');
    execFileSync('git', ['init', '-q'], { cwd: folder.path });
    const known = execFileSync('git', ['ls-files', '-o', '--exclude-standard', '*.txt'], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    expect(await found(['.'])).toEqual(known.trim().split('\n').sort());
    expect(await found(['sub/deep'])).toEqual(
      known.split('\n').filter((file) => file.startsWith('sub/deep')),
    );
  });

  it('searches an ignored folder that is named', async () => {
    write('data/a.txt', 'data/b.tmp.txt', 'c.txt');
    folder.write('.gitignore', 'data/\n');
    folder.write('data/.gitignore', '*.tmp.txt\n');
    expect(await found(['.'])).toEqual(['c.txt']);
    expect(await found(['data'])).toEqual(['data/a.txt']);
    expect(await found(['data/*.txt'])).toEqual(['data/a.txt']);
    expect(await found(['data/b.tmp.txt'])).toEqual(['data/b.tmp.txt']);
  });

  it('says what was left out and why', async () => {
    write('a.txt', 'data.bin');
    folder.write('empty.txt', '');
    const { skipped } = await collect(['a.txt', 'empty.txt', 'data.bin']);
    expect(skipped.map((told) => renderMessage(told, ENGLISH))).toEqual([
      'data.bin is not a .txt, .md, or .html file and was skipped.',
      'empty.txt is empty and was skipped.',
    ]);
  });

  it('goes on behind a folder that may not be read, and refuses one that is named', async () => {
    write('a.txt', 'shut/b.txt');
    fs.chmodSync(path.join(folder.path, 'shut'), 0);
    try {
      // Nothing is denied to the superuser.
      if (process.getuid?.() === 0) {
        expect(await found(['.'])).toEqual(['a.txt', 'shut/b.txt']);
        return;
      }
      const { files, skipped } = await collect(['.']);
      expect(files).toEqual([{ path: 'a.txt', bytes: 1 }]);
      expect(skipped).toEqual([
        message('problem.at', { place: 'shut', problem: problem('file.noPermission') }),
      ]);
      await expect(collect(['shut'])).rejects.toMatchObject(
        dataError({ problem: told('file.noPermission') }),
      );
    } finally {
      fs.chmodSync(path.join(folder.path, 'shut'), 0o755);
    }
  });

  it('refuses a choice without any text', async () => {
    await expect(collect(['.'])).rejects.toMatchObject({ data: { code: 'UserInput' } });
    await expect(collect(['gone'])).rejects.toMatchObject(
      dataError({ file: 'gone', problem: told('file.notFound') }),
    );
  });
});

describe('a folder that is nested very deeply', () => {
  it('is walked without running out of calls', async () => {
    let at = folder.path;
    const depth = 1500;
    for (let level = 0; level < depth; level++) {
      at = path.join(at, 'a');
      fs.mkdirSync(at);
    }
    fs.writeFileSync(path.join(at, 'deepest.txt'), 'text');
    const selection = selectionIn(folder.path, ['.']);
    const { files } = await collectDataFiles(selection, 'text');
    expect(files.map(({ path: file }) => file)).toEqual([`${'a/'.repeat(depth)}deepest.txt`]);
  });
});
