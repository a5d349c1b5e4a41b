import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAppErrorData } from '../../src/core/errors.js';
import { createHandlers } from '../../src/dataWorker/dataWorkerHandlers.js';
import type { ProgressOf } from '../../src/protocol/channel.js';
import type { DataWorkerSide } from '../../src/protocol/dataWorker.js';
import { selectionIn } from '../support/selection.js';
import { wordPieceDefinition } from '../../src/core/tokenizer/definition/wordPieceDefinition.js';
import { tinyTokenizerJson } from '../support/tinyModel.js';

const TEXT = 'the white whale saw a@b.example\n\nthe ship saw the whale';
const POLICY = `{
  "version": 1, "rate": 0,
  "rules": [
    { "name": "crew", "lexicon": "crew.txt", "replace": { "mask": 1, "random": 0, "keep": 0 } },
    { "name": "mail", "personalData": ["email"], "replaceWith": "<EMAIL>", "replace": { "mask": 1, "random": 0, "keep": 0 } }
  ]
}`;
const signal = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

let folder: string;
const told: ProgressOf<DataWorkerSide, 'maskDataset'>[] = [];
const handlers = createHandlers();
const policyOf = (text: string) => ({
  text,
  file: path.join(folder, 'crew.mask.json'),
  workspaceFolder: folder,
});
/** Opens a session; returns what names it in questions. */
const open = (text = TEXT, policy = POLICY, textFile = 'log.txt') => {
  const settings = {
    policy: policyOf(policy),
    modelFolder: path.join(folder, 'model'),
    seed: null,
  };
  void handlers.openPreview({ session: 's', version: 1, text, textFile, settings }, signal);
  return { session: 's', version: 1 };
};
const planOf = async (text = TEXT, policy = POLICY) => {
  const question = { ...open(text, policy), inSight, recount: false };
  const plan = await handlers.planPreview(question, signal);
  return plan!;
};
const inSight = [{ start: 0, end: 1000 }];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-data-'));
  fs.mkdirSync(path.join(folder, 'model'));
  writeTokenizer(tinyTokenizerJson(`${TEXT} @ . <`));
  fs.writeFileSync(path.join(folder, 'crew.txt'), '# who\nwhale\n');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  told.length = 0;
});

function writeTokenizer(json: unknown): void {
  fs.writeFileSync(path.join(folder, 'model/tokenizer.json'), JSON.stringify(json));
}

const maskedWords = async (text = TEXT, policy = POLICY): Promise<string[]> => {
  const { masks } = await planOf(text, policy);
  return [...masks.starts].map((start, i) => text.slice(start, masks.ends[i]));
};

describe('previews', () => {
  it('mask by the lists beside the policy, and notice when these change', async () => {
    expect(await maskedWords()).toEqual(['whale', 'a@b.example', 'whale']);
    fs.writeFileSync(path.join(folder, 'crew.txt'), 'ship\nwhite\n');
    expect(await maskedWords()).toEqual(['white', 'a@b.example', 'ship']);
  });

  it('notice when the tokenizer changes', async () => {
    await maskedWords();
    writeTokenizer(
      wordPieceDefinition(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], { lowercase: true }),
    );
    // Nothing can be told apart any more but what rules cover.
    const { tokens } = await planOf();
    expect(tokens).toBeLessThan(12);
  });

  it('give the masked text, and the mask at a place with its replacement', async () => {
    const question = open();
    const masked = await handlers.maskPreview(question, signal);
    expect(masked?.text).toBe('the white [MASK] saw <EMAIL>\n\nthe ship saw the [MASK]');
    const { text, masks, sourceStarts, sourceEnds } = masked!;
    const cut = (from: string, starts: Int32Array, ends: Int32Array): string[] =>
      [...starts].map((start, i) => from.slice(start, ends[i]));
    expect(cut(text, masks.starts, masks.ends)).toEqual(['[MASK]', '<EMAIL>', '[MASK]']);
    expect(cut(TEXT, sourceStarts, sourceEnds)).toEqual(['whale', 'a@b.example', 'whale']);
    expect([...masks.rules]).toHaveLength(3);
    expect([...masks.replacements]).toEqual([0, 0, 0]);
    const at = (offset: number) => handlers.explainPreview({ ...question, offset }, signal);
    const email = { start: TEXT.indexOf('a@b'), end: TEXT.indexOf('\n'), text: '<EMAIL>' };
    expect(await at(email.start)).toMatchObject({ mask: email });
    expect(await at(email.end)).toMatchObject({ mask: email });
    const start = TEXT.lastIndexOf('whale');
    const whale = { start, end: start + 5, rule: 0, replacement: 0, text: '[MASK]' };
    expect(await at(start + 2)).toEqual({ mask: whale });
    expect(await at(TEXT.indexOf('ship'))).toEqual({ mask: null });
    expect(await at(TEXT.indexOf('\n\n') + 1)).toEqual({ mask: null });
  });

  it('say of a policy that cannot be used which line is wrong', async () => {
    const broken = '{\n  "version": 1,\n  "ratte": 1\n}';
    const thrown: unknown = await maskedWords(TEXT, broken).catch((error: unknown) => error);
    const { code, details } = toAppErrorData(thrown);
    expect({ code, details }).toMatchObject({ code: 'Data', details: { row: 3 } });
    expect(JSON.stringify(details)).toContain('ratte');
  });
});

describe('checkPolicy', () => {
  const marked = async (text: string): Promise<string[]> => {
    const { problems } = await handlers.checkPolicy({ policy: policyOf(text) }, signal);
    return problems.map(({ offset, length }) => text.slice(offset, offset + length));
  };

  it('finds nothing wrong with a good policy', async () => {
    expect(await marked(POLICY)).toEqual([]);
  });

  it('marks a list that is not there where it is named', async () => {
    expect(await marked(POLICY.replace('crew.txt', 'gone.txt'))).toEqual(['"gone.txt"']);
  });

  it('marks a key that it does not know and a pattern that cannot be read', async () => {
    expect(await marked(POLICY.replace('"rate"', '"ratte"'))).toEqual(['"ratte"']);
    expect(await marked(POLICY.replace('"lexicon": "crew.txt"', '"pattern": "(a"'))).toEqual([
      '"(a"',
    ]);
  });

  it('leaves what is not JSON to the editor', async () => {
    expect(await marked('{ "version": 1, ')).toEqual([]);
  });
});

const maskDataset = (policy: string, file: string, out: string) =>
  handlers.maskDataset(
    {
      policy: policyOf(policy),
      selection: selectionIn(folder, [path.join(folder, file)], { kind: 'any' }),
      out,
      seed: null,
      modelFolder: path.join(folder, 'model'),
      oneWay: false,
      safeCsv: false,
    },
    signal,
    (progress) => told.push(progress),
  );

describe('maskDataset', () => {
  it('writes the dataset, tells of progress, and what came of it', async () => {
    fs.writeFileSync(path.join(folder, 'log.txt'), TEXT);
    const out = path.join(folder, 'out.jsonl');
    const written = await maskDataset(POLICY, 'log.txt', out);
    expect(written).toMatchObject({ records: 2, masks: 3, skipped: 0 });
    expect(written.bytes).toBe(fs.statSync(out).size);
    expect(fs.existsSync(written.manifest)).toBe(true);
    expect(told.at(-1)).toMatchObject({ fraction: 1 });
  });

  it('counts the cells of a CSV file that begin like formulas, for a note on them', async () => {
    fs.writeFileSync(path.join(folder, 'cells.csv'), 'text,n\n=SUM(A1),@a\nthe ship,1\n');
    const csv = await maskDataset(POLICY, 'cells.csv', path.join(folder, 'out.csv'));
    expect(csv.formulas).toBeGreaterThan(1);
    const lines = await maskDataset(POLICY, 'cells.csv', path.join(folder, 'out.jsonl'));
    expect(lines.formulas).toBe(0);
  });

  it('masks what the preview of a Markdown file shows, also around code with empty lines', async () => {
    const text = Array.from({ length: 12 }, (_, i) =>
      i === 5
        ? '```\nthe ship\n\nthe whale saw the ship\n\nthe whale\n```'
        : 'the white whale saw the ship',
    ).join('\n\n');
    const half =
      '{ "version": 1, "rate": 0.5, "unit": "word", "replace": { "mask": 1, "random": 0, "keep": 0 } }';
    fs.writeFileSync(path.join(folder, 'log.md'), text);
    const out = path.join(folder, 'out.txt');
    await maskDataset(half, 'log.md', out);
    const preview = (await handlers.maskPreview(open(text, half, 'log.md'), signal))!.text;
    expect(preview.split('[MASK]').length).toBeGreaterThan(10);
    expect(fs.readFileSync(out, 'utf8').trim()).toBe(preview);
  });
});
