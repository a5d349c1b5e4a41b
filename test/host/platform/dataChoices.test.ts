import { describe, expect, it, vi } from 'vitest';
import {
  dataChoices,
  withDataLists,
  type DataPlace,
} from '../../../src/host/platform/dataChoices.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const place: DataPlace = {
  folders: [{ name: 'sea', path: '/sea' }],
  openFile: null,
  all: (name) => `All of ${name}`,
};
const both: DataPlace = {
  ...place,
  folders: [...place.folders, { name: 'land', path: '/land' }],
};
const pathsOf = (choices: readonly ReturnType<typeof dataChoices>[number][]): unknown[] =>
  choices.map(({ choose }) => (choose.kind === 'paths' ? choose.paths : choose.select));

describe('the choices of data', () => {
  it('begin with the whole folder and end with dialogs', () => {
    const choices = dataChoices(place);
    expect(choices[0]!.label).toBe('$(folder) All of sea');
    expect(pathsOf(choices)).toEqual([['/sea'], 'folders', 'files']);
  });

  it('offer the open file, and its folder where that is not the whole one', () => {
    const inner = dataChoices({ ...place, openFile: '/sea/logs/a.txt' });
    expect(pathsOf(inner)).toEqual([
      ['/sea'],
      ['/sea/logs'],
      ['/sea/logs/a.txt'],
      'folders',
      'files',
    ]);
    const outer = dataChoices({ ...place, openFile: '/sea/a.txt' });
    expect(pathsOf(outer)).toEqual([['/sea'], ['/sea/a.txt'], 'folders', 'files']);
  });

  it('leave out files that are not to be chosen, which dialogs still can', () => {
    const tables = ['train.csv', 'test.csv'].map((name) => ({ path: name, bytes: 9000 }));
    const tested = { ...place, openFile: '/sea/train.csv', except: ['/sea/train.csv'] };
    const choices = dataChoices(tested);
    expect(pathsOf(choices)).toEqual([['/sea'], 'folders', 'files']);
    const counted = withDataLists(choices, tested, [{ text: null, tables }]);
    expect(pathsOf(counted.tables)).toEqual([['/sea/test.csv']]);
  });

  it('of several folders begin with all of them', () => {
    const choices = dataChoices(both);
    expect(choices[0]!.label).toBe('$(folder-library) All of all folders of the workspace');
    expect(pathsOf(choices)).toEqual([['/sea', '/land'], ['/sea'], ['/land'], 'folders', 'files']);
  });

  it('stay where they are when text is counted, with the five largest tables below', () => {
    const tables = Array.from({ length: 6 }, (_, i) => ({ path: `t${i}.csv`, bytes: 9000 - i }));
    const found = { text: { files: 2, bytes: 3000 }, tables };
    const counted = withDataLists(dataChoices(place), place, [found]);
    expect(counted.choices[0]).toMatchObject({ description: '2 files, 3.0 kB' });
    expect(counted.prefersTables).toBe(true);
    expect(pathsOf(counted.choices)).toEqual(pathsOf(dataChoices(place)));
    expect(pathsOf(counted.tables)).toEqual([0, 1, 2, 3, 4].map((i) => [`/sea/t${i}.csv`]));
  });

  it('count each folder and all together, and name the folder of a table', () => {
    const counted = withDataLists(dataChoices(both), both, [
      { text: { files: 2, bytes: 3000 }, tables: [] },
      { text: { files: 1, bytes: 1000 }, tables: [{ path: 't.csv', bytes: 9000 }] },
    ]);
    expect(counted.choices.slice(0, 3).map(({ description }) => description)).toEqual([
      '3 files, 4.0 kB',
      '2 files, 3.0 kB',
      '1 file, 1.0 kB',
    ]);
    expect(counted.tables.map(({ label }) => label)).toEqual(['$(table) land • t.csv']);
  });

  it('can be accepted for their tables where there is no text', () => {
    const found = { text: null, tables: [{ path: 'logs/t.csv', bytes: 9000 }] };
    const counted = withDataLists(dataChoices(place), place, [found]);
    expect(counted.prefersTables).toBe(true);
    expect(counted.choices[0]).toMatchObject({ description: 'no text files found' });
    expect(counted.choices[0]).not.toHaveProperty('problem');
  });

  it.each([
    ['a letter beside mails', 161, 60_000, true],
    ['notes beside a small table', 5_000, 2_000, false],
    ['a book beside a larger table', 400_000, 900_000, false],
    ['text alone', 161, 0, false],
  ])('prefer a table only where text is little: %s', (_, text, table, expected) => {
    const counted = withDataLists(dataChoices(place), place, [
      {
        text: { files: 1, bytes: text },
        tables: table === 0 ? [] : [{ path: 't.csv', bytes: table }],
      },
    ]);
    expect(counted.prefersTables).toBe(expected);
  });

  it('refuse a folder without data', () => {
    const counted = withDataLists(dataChoices(both), both, [
      { text: { files: 2, bytes: 3000 }, tables: [] },
      { text: null, tables: [] },
    ]);
    expect(counted.choices.map(({ problem }) => problem !== undefined)).toEqual([
      ...[false, false, true, false, false],
    ]);
  });
});
