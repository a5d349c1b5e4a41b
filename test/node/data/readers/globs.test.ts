import fs from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { matcherOf } from '../../../../src/node/data/readers/globs.js';
import { IgnoreRules } from '../../../../src/node/data/readers/ignoreRules.js';
import { leastTime } from '../../../support/leastTime.js';
import { useScratchFolder } from './scratchFolder.js';

const folder = useScratchFolder();
const FOLDER = path.resolve('/work');

describe('globs', () => {
  it('match as picomatch does', () => {
    const globs = [
      ...['**/*.txt', 'a/**', 'data/*.{csv,tsv}', '**/x/**/y*.t?t', '*', '**', '.git', 'a/b'],
      ...['**/.DS_Store', '{a,b}/**', '*.txt', '[a-c]x', '**/node_modules/**', '{1..3}.txt'],
    ];
    const names = [
      'a',
      'b',
      '.git',
      'x',
      'ax',
      'data',
      'node_modules',
      '.DS_Store',
      'y1.txt',
      '2.txt',
    ];
    const paths = [
      ...names,
      ...names.flatMap((one) => names.map((other) => `${one}/${other}`)),
      ...names.map((name) => `a/x/deep/${name}`),
      'data/a.csv',
      'data/.b.tsv',
      'x/y.tst',
    ];
    for (const glob of globs) {
      const expected = picomatch(glob, { dot: true });
      const matches = matcherOf([glob], FOLDER);
      for (const file of paths) {
        expect(matches(path.join(FOLDER, file)), `${glob} ${file}`).toBe(expected(file));
      }
    }
  });

  it.each([
    '*a*a*a*a*a*a*a*a*a*a*a*a*b',
    '@(+(a+))b',
    '+(a|aa)',
    '!(+(a|a)b)',
    '{a,aa}{a,aa}{a,aa}*(*(a))b',
    '*(a)*(a)*(a)*(a)b',
    `${'**/'.repeat(12)}b`,
    `${'*'.repeat(40)}b`,
  ])('take bounded time for every name: %s', (glob) => {
    const matches = matcherOf([glob], FOLDER);
    const file = path.join(FOLDER, `${'a'.repeat(200)}!`);
    const deep = path.join(FOLDER, 'a/'.repeat(100), 'c');
    expect(leastTime(() => [matches(file), matches(deep)])).toBeLessThan(500);
  });

  it('that cannot be used are refused by name', () => {
    expect(() => matcherOf([`${'a'.repeat(70_000)}*`], FOLDER)).toThrow(/not a usable glob/);
  });
});

describe('.gitignore', () => {
  it.each([
    '*a*a*a*a*a*a*a*a*a*a*a*a*b',
    '**/a/**/a/**/a/**/a/**/a/**/a/**/b',
    `${'a**'.repeat(15)}b`,
    `${'[a-a]*'.repeat(14)}b`,
    `${'*'.repeat(40)}b`,
  ])('takes bounded time for every name: %s', async (line) => {
    fs.writeFileSync(path.join(folder.path, '.gitignore'), `${line}\n*.log\n*a*b*c\n`);
    const rules = await IgnoreRules.of(folder.path, folder.path);
    const file = path.join(folder.path, `${'a'.repeat(200)}c.txt`);
    const deep = path.join(folder.path, 'a/'.repeat(40), 'c.txt');
    const leavesOut = (absolute: string): boolean => rules.leavesOut(absolute, { isFolder: false });
    expect(leastTime(() => [leavesOut(file), leavesOut(deep)])).toBeLessThan(500);
    expect(leavesOut(path.join(folder.path, 'x.log'))).toBe(true);
    expect(leavesOut(path.join(folder.path, '1a2b3c'))).toBe(true);
  });
});
