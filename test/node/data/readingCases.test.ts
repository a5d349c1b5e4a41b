import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataSelection } from '../../../src/core/data/dataSelection.js';
import { USUAL_DIALECT } from '../../../src/core/data/fileDialect.js';
import type { DataProfile } from '../../../src/core/profile/profile.js';
import { withTrainingFindings } from '../../../src/core/profile/profileWarnings.js';
import { ENGLISH, renderProblem } from '../../../src/core/messages/render.js';
import { dataReadingOf, type DataSnapshot } from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { message } from '../../../src/core/messages/message.js';
import { readRecords } from '../../../src/node/data/labelledFiles.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { maskDataset } from '../../../src/node/data/writeMaskedDataset.js';
import { selectionIn } from '../../support/selection.js';
import { useScratchFolder } from './readers/scratchFolder.js';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures/reading');
const BUNDLED = path.join(import.meta.dirname, '../../../media/models/masklab-small-en');
const folder = useScratchFolder();

type Changes = Partial<DataSelection>;

function profile(file: string, changes: Changes = {}): Promise<DataProfile> {
  return profileData({ selection: selectionIn(FIXTURES, [file], changes), modelFolder: null });
}

function inspect(
  file: string,
  changes: Changes = {},
  options: RunOptions = {},
): Promise<DataSnapshot> {
  const selection = selectionIn(FIXTURES, [file], changes);
  return inspectData(selection, dataReadingOf(options), { modelFolder: null });
}

function inspectText(name: string, content: string, changes: Changes = {}): Promise<DataSnapshot> {
  folder.write(name, content);
  return inspect(path.join(folder.path, name), changes);
}

const labelsOf = (found: DataProfile): readonly string[] =>
  (found.labels?.classes ?? []).map(({ label }) => label).sort();
const findings = (found: DataProfile): string =>
  found.warnings.map(({ finding }) => renderProblem(finding, ENGLISH).message).join('\n');

describe('files as people have them', () => {
  it('keeps all digits of ids', async () => {
    const found = await profile('bigid.jsonl', {
      columns: { text: 'text', labels: ['label'], group: 'id' },
    });
    expect(found.groups?.count).toBe(20);
    const ids = new Set<string>();
    fs.readFileSync(path.join(FIXTURES, 'bigid.jsonl'), 'utf8').replaceAll(
      /"id": (\d+)/g,
      (_, id: string) => {
        ids.add(id);
        return '';
      },
    );
    expect(ids.size).toBe(20);
  });

  it('reads NaN where it stands in a column that is not used', async () => {
    expect(await profile('nan.jsonl')).toMatchObject({ files: { skipped: 0 }, tableRecords: 16 });
    const regression = inspect(
      'nan.jsonl',
      { columns: { labels: ['score'] } },
      { task: 'regression' },
    );
    await expect(regression).rejects.toMatchObject({
      data: {
        code: 'Data',
        details: { row: 4, column: 'score', problem: { id: 'data.noLabel' } },
      },
    });
  });

  it('reads the delimiter that Excel names', async () => {
    const found = await profile('sep.csv');
    expect(found).toMatchObject({ tableRecords: 16, columns: { text: 'text', label: 'label' } });
    expect(labelsOf(found)).toEqual(['bad', 'good']);
    await expect(
      inspectText('a.csv', 'sep=;\ntext;label\n"a;b";x\ntoo;many;values\n'),
    ).rejects.toMatchObject({
      data: { details: { row: 4 } },
    });
  });

  it('warns of a first line that looks like a row, and reads it as one on request', async () => {
    const guessed = await profile('nohead2.csv');
    expect(guessed.tableRecords).toBe(15);
    expect(findings(guessed)).toContain('The soup was warm and good | good');
    const notes = (await inspect('nohead2.csv')).warnings;
    const trained = withTrainingFindings(guessed, { refusal: null, notes });
    expect(trained.notes.map(({ id }) => id)).not.toContain('data.firstLineIsRow');
    const told = { dialect: { ...USUAL_DIALECT, hasHeader: false } };
    const found = await profile('nohead2.csv', told);
    expect(found).toMatchObject({ tableRecords: 16, columns: { text: 'column1' }, doubts: [] });
    const settled = await profile('nohead2.csv', {
      dialect: { ...USUAL_DIALECT, isHeaderCertain: true },
    });
    expect(settled).toMatchObject({ tableRecords: 15, doubts: [] });
    const { warnings } = await inspect('nohead2.csv');
    expect(warnings.map(({ id }) => id)).toContain('data.firstLineIsRow');
    const snapshot = await inspect('nohead2.csv', told);
    expect(snapshot).toMatchObject({
      rows: 16,
      tasks: [{ labels: ['bad', 'good'] }, {}],
    });
  });

  it('reads a table in which columns that nobody uses share a name', async () => {
    expect(await inspect('dupunused.csv', {}, { heldOut: 0 })).toMatchObject({
      table: {
        names: ['text', 'label', 'x', 'x (2)'],
        columns: { text: 'text', labels: ['label'] },
      },
      rows: 2,
    });
    await expect(inspectText('a.csv', 'text,label,text\na,b,c\n')).rejects.toMatchObject({
      data: { details: { problem: { id: 'data.repeatedColumn', args: { column: 'text' } } } },
    });
  });

  it('reads rows that all end with a comma', async () => {
    const header = await inspectText('a.csv', 'text,label,\na,x,\nb,y,\n');
    expect(header.table).toMatchObject({ names: ['text', 'label'] });
    const rows = await inspectText('b.csv', 'text,label\na,x,\nb,y,\n');
    expect(rows).toMatchObject({ table: { names: ['text', 'label'] }, rows: 2 });
    await expect(inspectText('c.csv', 'text,label\na,x,z\n')).rejects.toMatchObject({
      data: { details: { row: 2, problem: { id: 'data.wrongColumnCount' } } },
    });
  });

  it('reads quotes behind blanks', async () => {
    expect(labelsOf(await profile('spacequote.csv'))).toEqual(['bad', 'good']);
  });

  it('reads a compressed table', async () => {
    const found = await profile('g.csv.gz');
    expect(found).toMatchObject({ tableRecords: 16, files: { skipped: 0 } });
    expect(found.files.formats).toMatchObject([{ format: 'csv', bytes: 324 }]);
    expect(labelsOf(found)).toEqual(['bad', 'good']);
  });

  it('reads the default layout of pandas', async () => {
    expect(await profile('columns.json')).toMatchObject({
      tableRecords: 16,
      files: { skipped: 0 },
    });
  });

  it('tells of a comma too many', async () => {
    expect(findings(await profile('trailing.json'))).toContain(
      'there is a comma too many before ]',
    );
  });

  it('loses one row to a NUL character', async () => {
    const found = await profile('nul.csv');
    expect(found).toMatchObject({ tableRecords: 15, files: { skipped: 1 } });
    expect(findings(found)).toMatch(/nul.csv, line 5: The row contains a NUL/);
    await expect(inspect('nul.csv')).rejects.toMatchObject({ data: { details: { row: 5 } } });
    expect(await inspect('nul.csv', { skipBad: true })).toMatchObject({ rows: 15 });
    const text = 'One line.\nA \0 line.\nAnother line.\n\nA paragraph.\n';
    expect(await inspectText('a.txt', text, { skipBad: true })).toMatchObject({
      warnings: [{ id: 'data.inputSkipped', args: { count: 1 } }],
    });
  });

  it('takes the columns of all rows', async () => {
    const found = await profile('missingkey.jsonl');
    expect(found.columns).toMatchObject({ text: 'text', label: 'label' });
    expect(labelsOf(found)).toEqual(['bad', 'good']);
    expect((await inspect('missingkey.jsonl', { skipBad: true })).labelled).toMatchObject({
      rows: 15,
    });
  });

  it('reads numbers with decimal commas, groups and percent signs as numbers, and says so', async () => {
    const german = await inspect('semi_dec.csv');
    expect(german).toMatchObject({
      tasks: [{ kind: 'regression' }, {}, {}],
      labelled: { data: { numberFormat: { decimal: ',' } } },
    });
    expect(german.warnings).toContainEqual(
      message('data.numberNotation', { example: '0,0', number: '0' }),
    );
    const rows = (values: readonly string[]): string =>
      ['text\tscore', ...values.map((value, i) => `Text number ${i}\t${value}`)].join('\n');
    for (const values of [
      ['1,234.5', '12', '7'],
      ['45.5%', '7%', '8%'],
      ['1 234,5', '3', '4'],
    ]) {
      const found = await inspectText('a.tsv', rows(values));
      expect(found.tasks[0]).toMatchObject({ kind: 'regression' });
      expect(found.warnings.map(({ id }) => id)).toContain('data.numberNotation');
    }
    const odd = await inspectText('b.tsv', rows(['1.5', '2.5', '3.5', '4.5', 'about 5']));
    expect(odd.warnings).toContainEqual(message('data.oddNumber', { value: 'about 5' }));
    await expect(inspectText('c.tsv', rows(['1.5', 'nan', '2.5']))).rejects.toMatchObject({
      data: { details: { row: 3, problem: { id: 'data.notNumber' } } },
    });
    const skipped = await inspectText('c.tsv', rows(['1.5', 'nan', '2.5']), { skipBad: true });
    expect(skipped.tasks[0]).toMatchObject({ kind: 'regression' });
  });

  it('reads lists of labels as several labels', async () => {
    expect(labelsOf(await profile('multi.csv'))).toEqual(['a', 'b']);
    const task = { kind: 'classification', labels: ['a', 'b'], multiLabel: true };
    expect((await inspect('multi.csv')).tasks[0]).toMatchObject(task);
    const rows = ['a b', 'a', 'b', 'b a', 'a', 'b'];
    const text = ['text,labels', ...rows.map((value, i) => `Text number ${i},${value}`)].join('\n');
    const found = await inspectText('a.csv', text);
    expect(found.tasks[0]).toMatchObject(task);
    expect(found.labelled?.data.labelDelimiter).toBe(' ');
    expect(found.warnings.map(({ id }) => id)).toContain('data.labelsSeparated');
    const whole = await inspect(path.join(folder.path, 'a.csv'), {}, { labelDelimiter: '' });
    expect(whole.tasks[0]).toMatchObject({ multiLabel: false, labels: ['a', 'a b', 'b', 'b a'] });
  });

  it('keeps no-break spaces in words', async () => {
    const { examples } = await wordsOf('nbsp2.conll');
    expect(examples[0]).toEqual(['prix', '10\u00a0000', 'men0']);
  });

  it('drops empty words with their tags, and names what is no word', async () => {
    const found = await profile('et1.jsonl');
    expect(found).toMatchObject({ files: { skipped: 0 } });
    expect((await inspect('et1.jsonl')).tasks[0]).toMatchObject({
      kind: 'token-classification',
      labels: ['B-LOC', 'B-PER'],
    });
    const words = '{"tokens":["a",null,["b"]],"tags":["X","O","Y"]}\n';
    await expect(inspectText('a.jsonl', words)).rejects.toMatchObject({
      data: { details: { problem: { id: 'data.notWord', args: { position: 3 } } } },
    });
  });

  it('names the row whose tags do not fit its words', async () => {
    const found = await profile('nermismatch.jsonl');
    expect(findings(found)).toMatch(/nermismatch.jsonl, line 5.*Found 3 tags for 4 words/);
    await expect(inspect('nermismatch.jsonl')).rejects.toMatchObject({
      data: { details: { row: 5 } },
    });
  });

  it('finds both languages of mixed texts', async () => {
    const { found } = (await profile('mixzh.jsonl')).languages;
    expect(found.map(({ code }) => code).sort()).toEqual(['en', 'zh']);
  });

  it('writes the columns of all rows into a masked dataset', async () => {
    const policy = path.join(FIXTURES, 'none.mask.json');
    const out = path.join(folder.path, 'out.jsonl');
    await maskDataset({
      ...{ out, modelFolder: BUNDLED, selection: selectionIn(FIXTURES, ['missingkey.jsonl']) },
      policy: { file: policy, text: fs.readFileSync(policy, 'utf8'), workspaceFolder: FIXTURES },
    });
    const labels = fs
      .readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { label?: string }).label);
    expect(labels).toHaveLength(16);
    expect(labels.filter((label) => label === undefined)).toHaveLength(1);
  });
});

async function wordsOf(file: string): Promise<{ examples: (readonly unknown[])[] }> {
  const examples: (readonly unknown[])[] = [];
  const options = { shownAs: file, format: null };
  for await (const { values } of readRecords(path.join(FIXTURES, file), options)) {
    examples.push(values['tokens'] as readonly unknown[]);
  }
  return { examples };
}
