import { describe, expect, it, vi } from 'vitest';
import {
  dataChoices,
  withDataList,
  type DataPlace,
} from '../../../src/host/platform/dataChoices.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const place: DataPlace = {
  folder: { name: 'sea', path: '/sea' },
  openFile: null,
  all: (name) => `All of ${name}`,
};
const pathsOf = (choices: ReturnType<typeof dataChoices>): unknown[] =>
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

  it('count the text of the folder and name its five largest tables behind it', () => {
    const tables = Array.from({ length: 6 }, (_, i) => ({ path: `t${i}.csv`, bytes: 9000 - i }));
    const found = { text: { files: 2, bytes: 3000 }, tables };
    const choices = withDataList(dataChoices(place), place, found);
    expect(choices[0]).toMatchObject({ description: '2 files, 3.0 kB' });
    expect(pathsOf(choices)).toEqual([
      ['/sea'],
      ...[0, 1, 2, 3, 4].map((i) => [`/sea/t${i}.csv`]),
      'folders',
      'files',
    ]);
  });

  it('begin with a table where there is no text', () => {
    const found = { text: null, tables: [{ path: 'logs/t.csv', bytes: 9000 }] };
    const choices = withDataList(dataChoices(place), place, found);
    expect(pathsOf(choices)).toEqual([['/sea/logs/t.csv'], ['/sea'], 'folders', 'files']);
    expect(choices[1]).toMatchObject({ description: 'no text files found' });
  });
});
