import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataRecord } from '../../../../src/core/data/labelledRows.js';
import type { AppError } from '../../../../src/core/errors.js';
import { readJsonLines } from '../../../../src/node/data/readers/jsonLinesReader.js';
import { readJson } from '../../../../src/node/data/readers/jsonReader.js';
import { useScratchFolder } from './scratchFolder.js';
import type { ProblemId } from '../../../../src/core/messages/catalogue.js';
import { message, problem } from '../../../../src/core/messages/message.js';

const folder = useScratchFolder();

async function read(
  content: string,
  { reader = readJson, onBad }: { reader?: typeof readJson; onBad?: (e: AppError) => void } = {},
): Promise<DataRecord[]> {
  const file = folder.write('a.json', content);
  const records: DataRecord[] = [];
  const rethrow = (error: AppError): never => {
    throw error;
  };
  for await (const record of reader(file, { shownAs: 'a.json', onBad: onBad ?? rethrow })) {
    records.push(record);
  }
  return records;
}
const valuesOf = (records: readonly DataRecord[]): unknown[] => records.map(({ values }) => values);
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});
const told = (id: ProblemId): unknown => expect.objectContaining({ id }) as unknown;

describe('readJson', () => {
  it('reads what JSON.parse reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })),
        fc.constantFrom(undefined, 2),
        async (list, indent) => {
          const text = JSON.stringify(list, null, indent);
          const parsed = JSON.parse(text) as unknown[];
          expect(valuesOf(await read(text))).toEqual(parsed);
          expect(
            valuesOf(await read(`{"version": 1, "names": ["a"], "data": ${text}}`).catch(() => [])),
          ).toEqual(parsed);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads values across pieces of a large file', async () => {
    const list = Array.from({ length: 3000 }, (_, i) => ({
      id: i,
      text: `${'é🌍 "x" \\ '.repeat(20)}${i}`,
    }));
    expect(valuesOf(await read(JSON.stringify(list)))).toEqual(list);
  });

  it('names the line at which a large list breaks', async () => {
    const lines = Array.from({ length: 45_000 }, (_, i) => `{"text": "${i}"},`);
    lines[40_015] = '{"text": "broken},';
    const content = `[\n${lines.join('\n')}\n{}]`;
    const file = folder.write('a.json', content);
    const onBad = (): void => undefined;
    let count = 0;
    const reading = (async () => {
      for await (const record of readJson(file, { shownAs: 'a.json', onBad })) {
        expect(record.line).toBe(++count);
      }
    })();
    await expect(reading).rejects.toMatchObject(
      dataError({ row: 40_017, problem: told('data.invalidJson') }),
    );
    expect(count).toBe(40_015);
  });

  it('says that a list ends in the middle, and that there is none', async () => {
    await expect(read('[{"text":"a"},\n{"text"')).rejects.toMatchObject(
      dataError({
        row: 2,
        problem: problem('data.invalidJson', { reason: message('json.unexpectedEnd') }),
      }),
    );
    expect(await read('[]')).toEqual([]);
    for (const content of ['{"a":1}', '{"a":[1,2]}', '3', '{"a":[{}],"b":[{}]}']) {
      await expect(read(content)).rejects.toMatchObject(
        dataError({ problem: told('data.noList') }),
      );
    }
  });

  it('goes on behind an entry that is no object', async () => {
    const bad: AppError[] = [];
    const records = await read('[{"a":1},3,{"a":2}]', { onBad: (error) => bad.push(error) });
    expect(valuesOf(records)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(bad).toMatchObject([dataError({ row: 2 })]);
  });

  it('reads lines of objects as what they are', async () => {
    expect(valuesOf(await read('\n{"a":1}\n\n{"a":{"b":2}}\n'))).toEqual([
      { a: 1 },
      { a: { b: 2 } },
    ]);
    expect(valuesOf(await read('{\n"a":[{"b":1}]\n}'))).toEqual([{ b: 1 }]);
    const long = JSON.stringify({ text: 'x'.repeat(200_000) });
    expect(await read(`${long}\n${long}`)).toHaveLength(2);
  });

  it('gives up on an entry without end', async () => {
    await expect(read(`[{"text":"${'x'.repeat(17_000_000)}"}]`)).rejects.toMatchObject(
      dataError({ row: 1, problem: told('data.entryTooLong') }),
    );
  });
});

describe('readJsonLines', () => {
  it('names line 40,017, and goes on behind it where bad rows are left out', async () => {
    const lines = Array.from({ length: 45_000 }, (_, i) => `{"text": "${i}"}`);
    lines[40_016] = '{"text": "broken}';
    const content = lines.join('\n');
    await expect(read(content, { reader: readJsonLines })).rejects.toMatchObject(
      dataError({ row: 40_017, problem: told('data.invalidJsonLine') }),
    );
    const bad: AppError[] = [];
    const records = await read(content, { reader: readJsonLines, onBad: (e) => bad.push(e) });
    expect(records).toHaveLength(44_999);
    expect(bad).toHaveLength(1);
  });
});
