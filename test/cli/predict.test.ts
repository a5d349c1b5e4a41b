import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { useScratchFolder } from '../node/data/readers/scratchFolder.js';

const CASES = path.join(import.meta.dirname, '../fixtures/cases');
const MODEL = path.join(CASES, 'clfn');
const CLI = path.join(import.meta.dirname, '../../dist/cli.js');
const folder = useScratchFolder();

function predict(
  args: readonly string[],
  input?: string | Buffer,
): { out: string[]; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [CLI, 'predict', '--model', MODEL, ...args],
    { cwd: folder.path, encoding: 'utf8', input },
  );
  return { out: stdout.split('\n').slice(0, -1), err: stderr, status };
}

describe('masklab predict', () => {
  it('answers each line of standard input, an empty one with an empty line', () => {
    const { out } = predict([], fs.readFileSync(path.join(CASES, 'stdin.txt')));
    expect(out).toHaveLength(3);
    expect(out[0]).toMatch(/^(good|bad) [>\d]/);
    expect(out[1]).toBe('');
    expect(out[2]).toMatch(/^(good|bad) [>\d]/);
    const json = predict(['--json'], 'Good soup\n   \n\n').out;
    expect(json.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { text: 'Good soup', kind: 'labels' },
      { text: '   ', kind: 'labels', labels: null, probabilities: null },
      { text: '', labels: null },
    ]);
  });

  it('drops a byte order mark, and refuses NUL characters in lines of text as in tables', () => {
    const plain = predict(['--json'], 'Good soup\n\ufeffBad').out;
    const marked = predict(['--json'], '\ufeffGood soup\n\ufeffBad').out;
    expect(marked).toEqual(plain);
    const piped = predict([], 'Good soup\nBad\0 soup\n');
    expect(piped.status).toBe(2);
    expect(piped.out).toHaveLength(1);
    expect(piped.err).toContain('Line 2 of standard input contains a NUL character.');
    expect(piped.err).toContain('--encoding');
    const wide = predict([], Buffer.from('\ufeffGood soup\n', 'utf16le'));
    expect(wide.status).toBe(2);
    folder.write('lines.txt', 'Good soup\nBad\0 soup\n');
    const file = predict(['--data', 'lines.txt', '--out', 'lines.csv']);
    expect(file.status).toBe(1);
    expect(file.err).toContain('lines.txt, line 2: The row contains a NUL character');
    expect(fs.existsSync(path.join(folder.path, 'lines.csv'))).toBe(false);
  });

  it('writes an apostrophe before formulas with --safe-csv, and names the flag without it', () => {
    folder.write('f.csv', 'id,text\n=cmd,Good soup\n-4,@SUM(A1)\n');
    const ids = (): (string | undefined)[] =>
      parse<Record<string, string>>(fs.readFileSync(path.join(folder.path, 'o.csv')), {
        columns: true,
      }).map(({ id, text }) => `${id} ${text}`);
    const plain = predict(['--data', 'f.csv', '--out', 'o.csv']);
    expect(plain.err).toContain('2 cells would be run as formulas by spreadsheets; --safe-csv');
    expect(ids()).toEqual(['=cmd Good soup', '-4 @SUM(A1)']);
    const safe = predict(['--data', 'f.csv', '--out', 'o.csv', '--safe-csv']);
    expect(safe.err).toContain('An apostrophe was put before 2 cells');
    expect(ids()).toEqual(["'=cmd Good soup", "-4 '@SUM(A1)"]);
  });

  it('refuses to overwrite its input, also by the name of a link', () => {
    const table = 'text,label\nGood soup,good\n';
    folder.write('in.csv', table);
    fs.symlinkSync('in.csv', path.join(folder.path, 'link.csv'));
    for (const out of ['in.csv', './in.csv', 'link.csv']) {
      const { err, status } = predict(['--data', 'in.csv', '--out', out]);
      expect(err).toContain('is an input and would be overwritten');
      expect(status).not.toBe(0);
    }
    expect(fs.readFileSync(path.join(folder.path, 'in.csv'), 'utf8')).toBe(table);
  });

  it('answers each row of a table with its id and all probabilities', () => {
    folder.write('a.csv', 'id,body,n\nx1,Good soup,1\nx2,,2\nx3,"Bad, ""room""",3\n');
    expect(predict(['--data', 'a.csv', '--text-column', 'body', '--out', 'o.csv']).status).toBe(0);
    const rows = parse<Record<string, string>>(
      fs.readFileSync(path.join(folder.path, 'o.csv'), 'utf8'),
      {
        columns: true,
      },
    );
    expect(rows.map(({ id, row, text }) => [id, row, text])).toEqual([
      ['x1', '2', 'Good soup'],
      ['x2', '3', ''],
      ['x3', '4', 'Bad, "room"'],
    ]);
    for (const i of [0, 2]) {
      const [good, bad] = ['good', 'bad'].map((label) =>
        Number(rows[i]![`probability of ${label}`]),
      );
      expect(good! + bad!).toBeCloseTo(1, 4);
      expect(rows[i]!['prediction']).toBe(good! > bad! ? 'good' : 'bad');
    }
    expect(rows[1]).toMatchObject({ prediction: '', 'probability of good': '' });
  });

  it('reads JSON Lines and writes JSON Lines, and takes a file as its argument', () => {
    const texts = Array.from({ length: 300 }, (_, i) => ({ uid: 900 + i, text: `Soup ${i}` }));
    folder.write('a.jsonl', texts.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(predict(['a.jsonl', '--id-column', 'uid', '--out', 'o.jsonl']).status).toBe(0);
    const lines = fs.readFileSync(path.join(folder.path, 'o.jsonl'), 'utf8').trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ id, text }) => [id, text])).toEqual(
      texts.map(({ uid, text }) => [uid, text]),
    );
    expect(rows[7]).toMatchObject({ file: 'a.jsonl', row: 8 });
    expect(rows[7]!['probabilities']).toHaveLength(2);
  });

  it('answers blank lines of tables, at their start, inside and at their end', () => {
    const rows = (file: string, ...flags: string[]): unknown[] => {
      const { out, err } = predict([file, '--json', ...flags]);
      expect(err).toBe('');
      return out.map((line) => {
        const { row, text, labels } = JSON.parse(line) as Record<string, unknown>;
        return [row, text, labels === null];
      });
    };
    folder.write('a.jsonl', '\n{"text":"Good soup"}\n   \n{"text":"Bad room"}\n\n');
    expect(rows('a.jsonl')).toEqual([
      [1, '', true],
      [2, 'Good soup', false],
      [3, '', true],
      [4, 'Bad room', false],
      [5, '', true],
    ]);
    folder.write('one.csv', '\ntext\nGood soup\n\nBad room\n');
    expect(rows('one.csv')).toEqual([
      [3, 'Good soup', false],
      [4, '', true],
      [5, 'Bad room', false],
    ]);
    folder.write('two.csv', 'text,n\n,\nGood soup,1\n\n"Bad\nroom",2\n');
    expect(rows('two.csv')).toEqual([
      [2, '', true],
      [3, 'Good soup', false],
      [4, '', true],
      [5, 'Bad\nroom', false],
    ]);
    folder.write('blank.jsonl', '\n\n');
    expect(rows('blank.jsonl')).toEqual([
      [1, '', true],
      [2, '', true],
    ]);
  });

  it('reads a table without column names, and refuses contradictory flags', () => {
    folder.write('n.csv', 'Good soup,1\nBad room,2\n');
    expect(predict(['n.csv', '--no-header', '--text-column', 'column1']).out).toHaveLength(2);
    const { err, status } = predict(['n.csv', '--no-header', '--header']);
    expect(status).toBe(2);
    expect(err).toContain('--header and --no-header contradict each other.');
  });

  it('reads a text file line by line', () => {
    folder.write('t.txt', 'Good soup\r\n\r\nBad room');
    expect(predict(['t.txt']).out.map((line) => line === '')).toEqual([false, true, false]);
  });

  it('leaves no file behind if a row cannot be read, and names the row', () => {
    folder.write('a.csv', 'text,n\nGood soup,1\nBad,room,3\n');
    const { status, err } = predict(['a.csv', '--out', 'o.csv']);
    expect(status).not.toBe(0);
    expect(err).toMatch(/a\.csv, line 3/);
    expect(fs.readdirSync(folder.path)).toEqual(['a.csv']);
    expect(predict(['a.csv', '--out', 'o.txt']).err).toMatch(/\.jsonl or \.csv/);
    expect(predict(['a.csv', '--id-column', 'nope']).err).toMatch(/nope/);
  });
});
