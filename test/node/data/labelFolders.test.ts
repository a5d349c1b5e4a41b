import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataReadingOf } from '../../../src/core/runs/dataSnapshot.js';
import { message } from '../../../src/core/messages/message.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { readRecords } from '../../../src/node/data/labelledFiles.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { collectDataFiles, findDataFiles } from '../../../src/node/data/textFiles.js';
import { textsToLabel } from '../../../src/node/data/textsToLabel.js';
import { selectionIn } from '../../support/selection.js';
import { useScratchFolder } from './readers/scratchFolder.js';

const folder = useScratchFolder();
const FOLDERS = { format: 'folders' } as const;
const selection = (...paths: string[]): ReturnType<typeof selectionIn> =>
  selectionIn(folder.path, paths);
const collect = (format: 'folders' | null = 'folders', ...paths: string[]) =>
  collectDataFiles({ ...selection(...(paths.length === 0 ? ['.'] : paths)), format }, 'labelled');
const inspect = (options: RunOptions = {}) =>
  inspectData(
    { ...selection('.'), format: options.format ?? null, skipBad: options.skipBad ?? false },
    dataReadingOf(options),
    { modelFolder: null },
  );
const CLASSIFICATION = { task: 'classification' } as const;

/** Writes distinct texts, so that a run can split them. */
function writeMails(prefix = ''): void {
  for (let i = 0; i < 10; i++) {
    folder.write(`${prefix}ham/${i}.txt`, `a letter about lunch ${i}`);
    folder.write(`${prefix}spam/${i}.txt`, `a prize of ${i} coins`);
  }
}

describe('label folders', () => {
  it('are the labels of classification without tables', async () => {
    writeMails();
    const {
      kind,
      labelled,
      tasks,
      table,
      selection: read,
      warnings,
    } = await inspect(CLASSIFICATION);
    expect(read.format).toBe('folders');
    expect(kind).toBe('labelled');
    expect(labelled).toMatchObject({
      rows: 20,
      data: { format: 'folders', columns: { text: 'text', pair: null, labels: ['label'] } },
    });
    expect(tasks[0]).toMatchObject({ kind: 'classification', labels: ['ham', 'spam'] });
    expect(table?.names).toEqual(['text', 'label']);
    const labels = { list: ['ham', 'spam'], join: 'and' } as const;
    expect(warnings).toContainEqual(message('data.labelsOfFolders', { labels }));
  });

  it('remain running text without that task, and give way to tables', async () => {
    writeMails();
    expect(await inspect()).toMatchObject({ kind: 'text', labelled: null });
    folder.write('rows.csv', 'text,label\na,x\nb,y\nc,x\nd,y\n');
    expect((await inspect(CLASSIFICATION)).files.map((file) => file.path)).toEqual(['rows.csv']);
    const { files } = await inspect({ ...CLASSIFICATION, ...FOLDERS });
    expect(files).toHaveLength(20);
  });

  it('need a second folder to be chosen, and have the messages of tables when they are named', async () => {
    for (let i = 0; i < 10; i++) folder.write(`spam/${i}.txt`, `a prize of ${i} coins`);
    await expect(inspect(CLASSIFICATION)).rejects.toMatchObject({
      data: { details: { problem: { id: 'data.noLabeledFiles' } } },
    });
    const oneLabel = inspect({ ...CLASSIFICATION, ...FOLDERS });
    await expect(oneLabel).rejects.toMatchObject({ data: { code: 'UserInput' } });
  });

  it('warn about folders whose names look alike', async () => {
    writeMails();
    for (let i = 0; i < 5; i++) folder.write(`more/Spam/b${i}.txt`, `a purse of ${i} jewels`);
    const { lookAlikes } = await inspect(CLASSIFICATION);
    expect(lookAlikes).toMatchObject([
      { into: 'spam', spellings: [{ count: 10 }, { label: 'Spam', count: 5 }] },
    ]);
  });

  it('are split by the folders above them, never by their own names', async () => {
    writeMails('train/');
    writeMails('test/');
    const { files } = await collect();
    const splits = new Set(files.map(({ path: name, split }) => `${name.split('/')[0]!} ${split}`));
    expect([...splits]).toEqual(['test test', 'train train']);
    const own = await collect('folders', 'train');
    expect(own.files.every(({ split }) => split === undefined)).toBe(true);
    fs.rmSync(path.join(folder.path, 'test'), { recursive: true });
    fs.rmSync(path.join(folder.path, 'train'), { recursive: true });
    for (const name of ['train', 'test', 'bus']) folder.write(`${name}/train-1.txt`, name);
    expect((await collect()).files.every(({ split }) => split === undefined)).toBe(true);
  });

  it('leave out hidden files, links and files that are no examples, and count them', async () => {
    writeMails();
    folder.write('README', 'about the mails');
    folder.write('notes.csv', 'a,b\n');
    folder.write('spam/logo.png', '\u0089PNG');
    folder.write('spam/.DS_Store', 'x');
    folder.write('.git/spam/1.txt', 'x');
    for (const name of ['51060', '0001.7e79d3153e7469e7a9c3', 'mail.eml'])
      folder.write(`ham/${name}`, `text of ${name}`);
    for (const name of ['e1', 'e2', 'e3']) folder.write(`ham/${name}`, '');
    fs.symlinkSync(path.join(folder.path, 'ham'), path.join(folder.path, 'linked'));
    const { files, skipped, notes } = await collect();
    const others = files.map((file) => file.path).filter((name) => !/\/\d\.txt$/.test(name));
    expect(others).toEqual(['ham/0001.7e79d3153e7469e7a9c3', 'ham/51060', 'ham/mail.eml']);
    // Left out on purpose: nothing that could not be read.
    expect(skipped).toEqual([]);
    expect(notes.slice(0, -1)).toEqual([
      message('data.outsideLabelFolders', { count: 1, file: 'README' }),
      message('data.otherThanTexts', { count: 2, file: 'notes.csv' }),
      message('data.emptyFilesSkipped', { count: 3, file: 'ham/e1' }),
    ]);
  });

  it('name the files that cannot be read, and count those without visible text', async () => {
    writeMails();
    folder.write('spam/binary', '\0\u0001\0\u0002\0'.repeat(50));
    for (const name of ['b1.txt', 'b2.txt']) folder.write(`spam/${name}`, ' \n');
    await expect(inspect(CLASSIFICATION)).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'spam/binary' } },
    });
    const { rows, warnings } = await inspect({ ...CLASSIFICATION, skipBad: true });
    expect(rows).toBe(20);
    const ids = warnings.map(({ id }) => id);
    expect(ids.filter((id) => id === 'data.emptyFilesSkipped')).toHaveLength(1);
    expect(ids).toContain('data.inputSkipped');
  });

  it('are offered where running text is in folders of several texts, unless it is Markdown', async () => {
    const likely = async (): Promise<string[]> =>
      (await findDataFiles(selection('.'))).likelyLabels;
    writeMails();
    folder.write('README', 'about the mails');
    expect(await likely()).toEqual(['ham', 'spam']);
    folder.write('other/1.txt', 'alone');
    expect(await likely()).toEqual([]);
    fs.rmSync(path.join(folder.path, 'other'), { recursive: true });
    folder.write('ham/notes.md', '# Notes');
    expect(await likely()).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('may have any names', async () => {
    const names = ['a,b', 'x\u001b[31m', 'line\nbreak', 'é'.repeat(100), '"', '__proto__'];
    for (const name of names) {
      for (let i = 0; i < 4; i++) folder.write(`${name}/${i}.txt`, `text ${i} of ${name}`);
    }
    const { tasks } = await inspect({ ...CLASSIFICATION, labelDelimiter: '' });
    expect(tasks[0]).toMatchObject({ labels: [...names].sort() });
  });

  it('are profiled, and give one text per file for predictions', async () => {
    writeMails();
    folder.write('new/1.txt', 'two\nlines');
    const profile = await profileData({
      selection: { ...selection('.'), exclude: ['new/**'] },
      reading: dataReadingOf(CLASSIFICATION),
      modelFolder: null,
    });
    expect(profile.labels?.classes.map(({ label }) => label).sort()).toEqual(['ham', 'spam']);
    const texts = [];
    const read = { ...selection('new'), ...FOLDERS, kind: 'any' } as const;
    for await (const text of textsToLabel(read, { idColumn: undefined })) texts.push(text);
    expect(texts).toEqual([
      { file: 'new/1.txt', row: 1, id: null, text: 'two\nlines', pair: null },
    ]);
  });

  it('find 1,000 files in one walk', async () => {
    for (let i = 0; i < 1000; i++) folder.write(`${i % 20}/${i}`, `text ${i}`);
    const found = (await findDataFiles(selection('.'))).forTask('classification');
    expect(found.of('labelled').files).toHaveLength(1000);
    expect((await inspect(CLASSIFICATION)).labelled?.rows).toBe(1000);
  });
});

describe('a text of a label folder', () => {
  const read = async (name: string, content: string): Promise<unknown[]> => {
    folder.write(name, content);
    const file = path.join(folder.path, name);
    const values = [];
    for await (const row of readRecords(file, { shownAs: name, ...FOLDERS })) values.push(row);
    return values;
  };

  it('is the whole file, with the name of its folder', async () => {
    expect(await read('good/a.txt', '\ufeffone\n\ntwo, "three"\n')).toEqual([
      { file: 'good/a.txt', line: 1, values: { text: 'one\n\ntwo, "three"', label: 'good' } },
    ]);
    expect(await read('good/empty.txt', ' \n')).toEqual([]);
  });

  it('is the visible text of a page', async () => {
    expect(await read('good/a.html', '<h1>One</h1><p>Two <b>three</b></p>')).toMatchObject([
      { values: { text: 'One\n\nTwo three' } },
    ]);
  });

  it('may not be too long', async () => {
    await expect(read('good/long.txt', 'x '.repeat(8_000_001))).rejects.toMatchObject({
      data: { details: { file: 'good/long.txt', row: 1, problem: { id: 'data.fileTooLong' } } },
    });
  });

  it('gives way to a table, which keeps its format', async () => {
    expect(await read('x/more.csv', 'text,label\na,b\n')).toMatchObject([
      { values: { text: 'a', label: 'b' } },
    ]);
  });
});
