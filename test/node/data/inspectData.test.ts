import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import {
  dataReadingOf,
  dataSnapshotSchema,
  selectionOf,
  type DataSnapshot,
} from '../../../src/core/runs/dataSnapshot.js';
import { runDataOf, type RunData } from '../../../src/core/specs/runData.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { useScratchFolder } from './readers/scratchFolder.js';
import { message, problem } from '../../../src/core/messages/message.js';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';

const folder = useScratchFolder();

const write = (name: string, content: string | Uint8Array): string => folder.write(name, content);
const inspect = (
  paths: readonly string[],
  options: RunOptions = {},
  exclude: string[] = [],
): Promise<DataSnapshot> => {
  const selection = selectionOf(options, { workspaceFolder: folder.path, paths, exclude });
  return inspectData(selection, dataReadingOf(options), { modelFolder: null });
};
const collect = async (paths: readonly string[], options: RunOptions = {}): Promise<RunData> =>
  runDataOf(await inspect(paths, options), options);

describe('inspectData', () => {
  it('takes source code only where it is asked for', async () => {
    write('a.txt', 'some text');
    write('src/b.ts', '// a comment');
    const filesWith = async (options: RunOptions) =>
      (await inspect(['.'], options)).files.map((file) => file.path);
    expect(await filesWith({})).toEqual(['a.txt']);
    expect(await filesWith({ code: 'comments' })).toEqual(['a.txt', 'src/b.ts']);
  });

  it('leaves out what the editor hides and what git ignores, also for training', async () => {
    write('a.txt', 'some text');
    write('build/b.txt', 'hidden');
    write('logs/c.txt', 'ignored');
    write('.gitignore', 'logs/\n');
    const { files } = await inspect(['.'], {}, ['**/build']);
    expect(files.map((file) => file.path)).toEqual(['a.txt']);
  });

  it('fingerprints the files, leaves out blank ones, and fits its schema', async () => {
    write('a.txt', 'some text');
    write('blank.txt', ' \n\t');
    write('page.html', Buffer.from('<meta charset="latin1">Gr\u00fc\u00dfe', 'latin1'));
    const snapshot = await inspect(['.']);
    const sha256 = createHash('sha256').update('some text').digest('hex');
    expect(snapshot.files[0]).toEqual({ path: 'a.txt', bytes: 9, sha256 });
    expect(snapshot.files.map((file) => file.path)).toEqual(['a.txt', 'page.html']);
    expect(snapshot.warnings).toEqual([message('data.emptyFileSkipped', { file: 'blank.txt' })]);
    expect(snapshot.text.bytes).toBe(9 + snapshot.files[1]!.bytes);
    expect(dataSnapshotSchema.safeParse(snapshot).error).toBeUndefined();
  });

  it('leaves out a file that is no text only where that is wanted', async () => {
    write('a.txt', 'some text');
    write('b.txt', Buffer.from([0, 1, 2]));
    await expect(inspect(['.'])).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'b.txt' } },
    });
    const { files, warnings } = await inspect(['.'], { skipBad: true });
    expect(files.map((file) => file.path)).toEqual(['a.txt']);
    const error = message('problem.at', {
      place: message('place.row', { file: 'b.txt', row: 1 }),
      problem: problem('data.noByteOrderMark', { guess: 'UTF-16BE' }),
    });
    expect(warnings).toEqual([message('data.badFileSkipped', { error })]);
  });

  it('keeps the good rows of a table that ends in the middle, where that is wanted', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ text: `ship ${i}`, label: `${i % 2}` }));
    write('a.json', JSON.stringify(rows).slice(0, -20));
    await expect(inspect(['a.json'])).rejects.toMatchObject({ data: { code: 'Data' } });
    const { labelled, files, warnings } = await inspect(['a.json'], { skipBad: true });
    expect(labelled).toMatchObject({ rows: 39 });
    expect(files).toHaveLength(1);
    expect(warnings).toMatchObject([{ id: 'data.inputSkipped', args: { count: 1 } }]);
  });

  it('counts each skipped row once, and no row that only another task cannot read', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `ship ${i},${i % 2 === 0 ? 'good' : 'bad'}`);
    write('a.csv', ['text,label', ...rows, 'no label,', 'a,b,c', ''].join('\n'));
    const { tasks, warnings } = await inspect(['a.csv'], { skipBad: true });
    expect(tasks.map(({ kind }) => kind)).toEqual(['classification', 'masked-lm']);
    expect(warnings).toMatchObject([{ id: 'data.inputSkipped', args: { count: 2 } }]);

    const numbers = Array.from({ length: 40 }, (_, i) => `ship ${i},${i}.5`);
    write('b.csv', ['text,label', ...numbers, 'one,many', 'two,many', 'three,few', ''].join('\n'));
    const found = await inspect(['b.csv'], { skipBad: true, task: 'regression' });
    expect(found.warnings.at(-1)).toMatchObject({
      ...{ id: 'data.muchInputSkipped', args: { count: 3, shown: 2 } },
    });
    await expect(inspect(['a.csv'], { skipBad: true, task: 'regression' })).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'a.csv', row: 2 } },
    });
  });

  it('offers every task that fits, so that choosing one reads nothing again', async () => {
    write(
      'a.csv',
      `text,label\n${Array.from({ length: 40 }, (_, i) => `a ship ${i},${i % 5}`).join('\n')}\n`,
    );
    const snapshot = await inspect(['a.csv']);
    expect(snapshot.tasks.map(({ kind }) => kind)).toEqual([
      'classification',
      'regression',
      'masked-lm',
    ]);
    expect(runDataOf(snapshot, { task: 'masked-lm' }).data).toEqual(
      (await collect(['a.csv'], { task: 'masked-lm', textColumn: 'text' })).data,
    );
    expect(snapshot.summary.labels).toMatchObject({ column: 'label', labelled: 40 });
  });

  it('takes text where nothing else is said, and the columns of one table for all', async () => {
    write('a.txt', 'some text that is larger than the table');
    write('b.csv', 'text,label\none,x\ntwo,y\n');
    expect((await inspect(['.'])).files.map((file) => file.path)).toEqual(['a.txt']);
    expect((await inspect(['a.txt', 'b.csv'])).kind).toBe('text');
    await expect(inspect(['a.txt'], { labelColumn: ['x'] })).rejects.toThrow(
      /--label-column applies to labeled data only/,
    );
  });
});

const ROWS = Array.from({ length: 40 }, (_, i) => ({
  id: i,
  text: `The ship number ${i} went to sea.`,
}));
const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

describe('tables without labels', () => {
  it('are learned as text, their text alone counting as size', async () => {
    write('a.jsonl', jsonLines(ROWS));
    const { tasks, table, labelled, ...snapshot } = await inspect(['a.jsonl']);
    expect(tasks).toEqual([{ kind: 'masked-lm' }]);
    expect(labelled).toBeNull();
    expect(table).toEqual({
      names: ['id', 'text'],
      columns: { text: 'text', pair: null, labels: [] },
    });
    const { data, size } = await collect(['a.jsonl']);
    expect(data.reading.columns).toBeNull();
    expect(size).toEqual({ bytes: ROWS.reduce((sum, { text }) => sum + text.length, 0) });
    expect(snapshot.rows).toBe(40);
  });

  it('keep their columns for groups and splits in the spec', async () => {
    write('a.jsonl', jsonLines(ROWS.map((row) => ({ ...row, who: 'x', set: 'train' }))));
    const options = { task: 'masked-lm', groupColumn: 'who', splitColumn: 'set' } as const;
    const { data } = await collect(['a.jsonl'], options);
    expect(data.reading.columns).toEqual({
      text: 'text',
      pair: null,
      label: null,
      group: 'who',
      split: 'set',
    });
  });

  it('still have labels where one is named, or known by its name', async () => {
    const named = ROWS.map((row, i) => ({ ...row, kind: i % 2 === 0 ? 'calm' : 'storm' }));
    write('a.jsonl', jsonLines(named));
    expect((await collect(['a.jsonl'], { labelColumn: ['kind'] })).task.kind).toBe(
      'classification',
    );
    write('b.jsonl', jsonLines(named.map(({ kind: label, text }) => ({ text, label }))));
    expect((await collect(['b.jsonl'])).task.kind).toBe('classification');
  });

  it('name the file, the row and the remedy of what cannot be read, or leave it out and say so', async () => {
    write('a.jsonl', `${jsonLines(ROWS)}\n{"id": 3,\n`);
    await expect(collect(['a.jsonl'])).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'a.jsonl', row: 41 } },
    });
    const { warnings } = await inspect(['a.jsonl'], { skipBad: true });
    expect(warnings.map((warning) => renderMessage(warning, ENGLISH))).toEqual([
      expect.stringMatching(
        /^1 row or file was skipped\. a\.jsonl, line 41: The line is not valid JSON: .*\.$/,
      ),
    ]);
  });

  it('refuse columns where there is no table', async () => {
    write('a.txt', 'The sea.');
    await expect(collect(['a.txt'], { groupColumn: 'who' })).rejects.toThrow(
      /none of the files is a table/,
    );
  });
});

describe('splits of labelled rows', () => {
  it('follow the column that names them', async () => {
    const rows = ROWS.map(({ text }, i) => ({
      text,
      label: i % 2 === 0 ? 'calm' : 'storm',
      set: i < 30 ? 'train' : 'test',
    }));
    write('a.jsonl', jsonLines(rows));
    const { size } = await collect(['a.jsonl'], { splitColumn: 'set', heldOut: 0 });
    expect((size as { rows: number }).rows).toBeGreaterThan(20);
    expect((size as { rows: number }).rows).toBeLessThanOrEqual(30);
    write('b.jsonl', jsonLines(rows.map((row) => ({ ...row, set: 'sometimes' }))));
    await expect(collect(['b.jsonl'], { splitColumn: 'set' })).rejects.toMatchObject({
      data: { details: { file: 'b.jsonl', row: 1, column: 'set' } },
    });
  });
});
