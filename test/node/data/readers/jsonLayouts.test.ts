import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../src/core/errors.js';
import { message, problem } from '../../../../src/core/messages/message.js';
import type { MessageId } from '../../../../src/core/messages/catalogue.js';
import { readJson } from '../../../../src/node/data/readers/jsonReader.js';
import { readJsonLines } from '../../../../src/node/data/readers/jsonLinesReader.js';
import { useScratchFolder } from './scratchFolder.js';

const folder = useScratchFolder();

async function read(content: string, bad: AppError[] = []): Promise<unknown[]> {
  const file = folder.write('a.json', content);
  const values: unknown[] = [];
  for await (const record of readJson(file, { shownAs: 'a.json', onBad: (e) => bad.push(e) })) {
    values.push(record.values);
  }
  return values;
}

const ROWS = [
  { text: 'The soup', label: 'good' },
  { text: 'The room', label: 'bad' },
  { text: 'The garden', label: 'good' },
];
const column = (name: 'text' | 'label'): string[] => ROWS.map((row) => row[name]);
const byIndex = (values: readonly unknown[], keys = ['0', '1', '2']): object =>
  Object.fromEntries<unknown>(values.map((value, i) => [keys[i]!, value]));

describe('JSON layouts of pandas', () => {
  const layouts: readonly (readonly [string, unknown])[] = [
    ['records', ROWS],
    ['columns', { text: byIndex(column('text')), label: byIndex(column('label')) }],
    [
      'columns with names as the index',
      {
        text: byIndex(column('text'), ['a', 'b', 'c']),
        label: byIndex(column('label'), ['a', 'b', 'c']),
      },
    ],
    ['index', byIndex(ROWS)],
    ['index with names', byIndex(ROWS, ['a', 'b', 'c'])],
    [
      'split',
      { columns: ['text', 'label'], index: [0, 1, 2], data: ROWS.map((r) => [r.text, r.label]) },
    ],
    [
      'tight',
      {
        ...{
          index: [0, 1, 2],
          columns: ['text', 'label'],
          data: ROWS.map((r) => [r.text, r.label]),
        },
        ...{ index_names: [null], column_names: [null] },
      },
    ],
    [
      'table',
      {
        schema: {
          fields: [
            { name: 'text', type: 'string' },
            { name: 'label', type: 'string' },
          ],
          pandas_version: '1.4.0',
        },
        data: ROWS,
      },
    ],
    ['lists by column', { text: column('text'), label: column('label') }],
    ['values with a header', [['text', 'label'], ...ROWS.map((r) => [r.text, r.label])]],
  ];
  it.each(layouts)('reads %s', async (_, content) => {
    expect(await read(JSON.stringify(content))).toEqual(ROWS);
    expect(await read(JSON.stringify(content, null, 2))).toEqual(ROWS);
  });

  it('numbers the columns of values without a header', async () => {
    expect(await read(JSON.stringify(ROWS.map((r) => [r.text, r.label])))).toEqual(
      ROWS.map((r) => ({ column1: r.text, column2: r.label })),
    );
  });

  it('keeps words and tags as values of columns', async () => {
    const rows = [
      { tokens: ['a', 'b'], tags: ['X', 'Y'] },
      { tokens: ['c'], tags: ['Z'] },
    ];
    const columns = { tokens: rows.map((r) => r.tokens), tags: rows.map((r) => r.tags) };
    expect(await read(JSON.stringify(columns))).toEqual(rows);
    const byColumn = { tokens: byIndex(columns.tokens), tags: byIndex(columns.tags) };
    expect(await read(JSON.stringify(byColumn))).toEqual(rows);
  });

  it('names a row with too many values', async () => {
    const bad: AppError[] = [];
    const content = {
      columns: ['text', 'label'],
      data: [
        ['a', 'b'],
        ['c', 'd', 'e'],
      ],
    };
    expect(await read(JSON.stringify(content), bad)).toEqual([{ text: 'a', label: 'b' }]);
    expect(bad).toMatchObject([
      { data: { details: { row: 2, problem: { id: 'data.wrongColumnCount' } } } },
    ]);
  });
});

describe('faults of JSON', () => {
  const faults: readonly (readonly [content: string, id: MessageId, found?: string])[] = [
    ['[{"text": "a"},\n]', 'json.extraComma', ']'],
    ['[{"text": "a",}]', 'json.extraComma', '}'],
    ['[{"text": "a"}\n{"text": "b"}]', 'json.missingComma', '{'],
    ['[{"text": "a" "label": "b"}]', 'json.missingComma', '"label"'],
    ['[{"text": \'a\'}]', 'json.singleQuote'],
    ['[{"text": True}]', 'json.word', '"True"'],
    ['[{text: "a"}]', 'json.word', '"text"'],
    ['[{"text": "a"}] // all', 'json.comment'],
    ['[{"text": "a"}] []', 'json.afterEnd'],
    ['[{"text": "a}\n]', 'json.openString'],
    ['[{"text": "a\tb"}]', 'json.controlCharacter'],
    ['[{"text": "C:\\docs"}]', 'json.badEscape', '"\\d"'],
    ['[{"text": ]', 'json.unexpected', ']'],
    ['[{"text": "a"', 'json.unexpectedEnd'],
  ];
  it.each(faults.map((fault) => ({ fault })))('tells of $fault.0', async ({ fault }) => {
    const [content, id, found] = fault;
    await expect(read(content)).rejects.toMatchObject({
      data: {
        details: {
          row: id === 'json.openString' ? 1 : content.split('\n').length,
          problem: {
            id: 'data.invalidJson',
            args: { reason: { id, args: found === undefined ? {} : { found } } },
          },
        },
      },
    });
  });

  it('tells the same of a line', async () => {
    const file = folder.write('a.jsonl', '{"text": "a",}\n{"text": "b"}\n{"text": "c"');
    const bad: AppError[] = [];
    const rows: unknown[] = [];
    for await (const { values } of readJsonLines(file, {
      shownAs: 'a.jsonl',
      onBad: (e) => bad.push(e),
    })) {
      rows.push(values);
    }
    expect(rows).toEqual([{ text: 'b' }]);
    const reasons = [message('json.extraComma', { found: '}' }), message('json.unexpectedEnd')];
    expect(bad.map(({ data }) => data.details)).toMatchObject(
      reasons.map((reason) => ({
        problem: problem('data.invalidJsonLine', {
          reason,
          example: '{"text": "…", "label": "…"}',
        }),
      })),
    );
  });
});
