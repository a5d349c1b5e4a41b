import type { Message } from '../../../src/core/messages/message.js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabelPrediction } from '../../../src/core/predict/labelPrediction.js';
import { classifyFile } from '../../../src/node/models/classifyFile.js';
import type { LabelledModel, TextToLabel } from '../../../src/node/models/labelledModel.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-classify-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Finds praise by a word; notes the pairs that it was given. */
function fakeModel(pairs: (string | null)[] = []): LabelledModel {
  const predict = ({ text, pair }: TextToLabel): LabelPrediction => {
    pairs.push(pair);
    const praise = text.includes('good') ? 0.9 : 0.25;
    const probabilities = [
      { label: 'praise', probability: praise },
      { label: 'complaint', probability: 1 - praise },
    ].sort((a, b) => b.probability - a.probability);
    return { kind: 'labels', labels: [probabilities[0]!.label], probabilities };
  };
  return {
    kind: 'labels',
    labels: ['complaint', 'praise'],
    predictAll: async function* (texts: readonly TextToLabel[]) {
      yield await Promise.resolve(new Map(texts.map((text, i) => [i, predict(text)])));
    },
  } as unknown as LabelledModel;
}

async function classified(
  name: string,
  content: string,
  columns: { text: string; pair: string | null } | null = null,
): Promise<{
  rows: Record<string, string>[];
  count: number;
  pairs: (string | null)[];
  warnings: readonly Message[];
}> {
  const file = path.join(folder, name);
  const out = path.join(folder, 'out.csv');
  fs.writeFileSync(file, content);
  const pairs: (string | null)[] = [];
  const { rows: count, warnings } = await classifyFile(fakeModel(pairs), {
    ...{ file, shownAs: name, columns, out, safeCsv: false },
    signal: new AbortController().signal,
    onProgress: () => Promise.resolve(),
  });
  const rows = parse<Record<string, string>>(fs.readFileSync(out), { columns: true });
  return { rows, count, pairs, warnings };
}

describe('a classified file', () => {
  it('has a row for every blank line of a table too', async () => {
    const content = '{"text":"a good day"}\n\n{"text":"rain"}\n\n';
    const { rows, count } = await classified('a.jsonl', content);
    expect(count).toBe(4);
    expect(rows.map(({ line, text, prediction }) => [line, text, prediction])).toEqual([
      ['1', 'a good day', 'praise'],
      ['2', '', ''],
      ['3', 'rain', 'complaint'],
      ['4', '', ''],
    ]);
  });

  it('has a row for every line, empty ones included', async () => {
    const { rows, count } = await classified('a.txt', 'a good day\n\nrain, again\n');
    expect(count).toBe(3);
    expect(rows).toEqual([
      {
        ...{ line: '1', text: 'a good day', prediction: 'praise', probability: '0.9' },
        ...{ 'p(complaint)': '0.1', 'p(praise)': '0.9' },
      },
      {
        ...{ line: '2', text: '', prediction: '', probability: '' },
        ...{ 'p(complaint)': '', 'p(praise)': '' },
      },
      {
        ...{ line: '3', text: 'rain, again', prediction: 'complaint', probability: '0.75' },
        ...{ 'p(complaint)': '0.75', 'p(praise)': '0.25' },
      },
    ]);
  });

  it('takes the columns that the model was trained on from a table', async () => {
    const table = 'id,comment,title\n7,"good, indeed",a\n8,poor,b\n';
    const columns = { text: 'comment', pair: 'title' };
    const { rows, pairs } = await classified('a.csv', table, columns);
    expect(rows.map(({ text, prediction }) => [text, prediction])).toEqual([
      ['good, indeed', 'praise'],
      ['poor', 'complaint'],
    ]);
    expect(pairs).toEqual(['a', 'b']);
  });

  it('finds the text in a table of other columns', async () => {
    const lines = '{"text": "good", "n": 1}\n{"text": null, "n": 2}\n';
    const { rows } = await classified('a.jsonl', lines, { text: 'comment', pair: null });
    expect(rows.map(({ prediction }) => prediction)).toEqual(['praise', '']);
  });

  it('skips invalid rows, and says how many there were and why', async () => {
    const lines = '{"comment": "good"}\n{"comment": \n{"comment": "poor"}\nnonsense\n';
    const { count, warnings } = await classified('a.jsonl', lines);
    expect(count).toBe(2);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ id: 'data.inputSkipped', args: { count: 2 } });
    const fine = await classified('b.jsonl', '{"comment": "good"}\n');
    expect(fine.warnings).toEqual([]);
  });

  it('is not there after an error', async () => {
    await expect(classified('a.csv', 'x\n')).resolves.toMatchObject({ count: 0 });
    fs.rmSync(path.join(folder, 'out.csv'));
    await expect(classified('missing/a.txt', '').catch(() => 'failed')).resolves.toBe('failed');
    expect(fs.readdirSync(folder).filter((name) => name.includes('out'))).toEqual([]);
  });
});
