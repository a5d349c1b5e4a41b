import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTextRecords } from '../../../src/node/data/textRecords.js';

let workspaceFolder: string;

beforeAll(() => {
  workspaceFolder = mkdtempSync(path.join(tmpdir(), 'masklab-boilerplate-'));
});
afterAll(() => {
  rmSync(workspaceFolder, { recursive: true });
});

async function textsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(workspaceFolder, name), text);
  }
  const texts: string[] = [];
  const paths = Object.keys(files).map((name) => ({ path: name }));
  for await (const { text } of readTextRecords(paths, {
    workspaceFolder,
    columns: null,
    cleaning: ['boilerplate', 'punctuation'],
    atLeast: 0,
  })) {
    texts.push(text.text.trim());
  }
  return texts;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

describe('boilerplate of data', () => {
  it('is what repeats from file to file, wherever it stands', async () => {
    const files = DAYS.map((day, i): [string, string] => [
      `${day}.txt`,
      `ACME weekly ${i}\n\nWhat ${day} brought!!!!!\nAsk the editors\n`,
    ]);
    expect(await textsOf(Object.fromEntries(files))).toEqual(
      DAYS.map((day) => `What ${day} brought!!!`),
    );
  });

  it('is what repeats from row to row in texts of several lines, not a row that comes often', async () => {
    const rows = DAYS.map((day) => ({ text: `What ${day} brought\nSent by ACME mail` }));
    const often = Array.from({ length: 6 }, () => ({ text: 'Good morning' }));
    const lines = [...rows, ...often].map((row) => JSON.stringify(row)).join('\n');
    expect(await textsOf({ 'rows.jsonl': lines })).toEqual([
      ...DAYS.map((day) => `What ${day} brought`),
      ...often.map(({ text }) => text),
    ]);
  });
});
