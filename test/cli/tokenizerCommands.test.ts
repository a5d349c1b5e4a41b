import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TOKENIZER_EXTEND, tokenizerExtendCommand } from '../../src/cli/tokenizerExtend.js';
import { TOKENIZER_TRAIN, tokenizerTrainCommand } from '../../src/cli/tokenizerTrain.js';
import { readCommand } from '../../src/cli/usage.js';
import type { ExtensionReport } from '../../src/node/models/extendModel.js';
import { readModelFolder } from '../../src/node/models/modelFolder.js';
import { writeTinyModel } from '../support/tinyModel.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-cli-'));
  fs.writeFileSync(path.join(root, 'a.txt'), 'one zygomorphic flower and one zygomorphic leaf');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(root, { recursive: true, force: true });
});

const train = (...args: string[]): Promise<void> =>
  tokenizerTrainCommand(readCommand(TOKENIZER_TRAIN, args));
const extend = (...args: string[]): Promise<void> =>
  tokenizerExtendCommand(readCommand(TOKENIZER_EXTEND, args));

describe('masklab tokenizer train', () => {
  it('refuses invalid arguments before it reads any data', async () => {
    const data = path.join(root, 'a.txt');
    const out = path.join(root, 'out');
    await expect(train('--data', data)).rejects.toThrow(/requires --out/);
    await expect(train('--out', out)).rejects.toThrow(/requires --data/);
    const given = ['--data', data, '--out', out];
    await expect(train(...given, '--size', '20')).rejects.toThrow(/--size must be.*between 300/);
    await expect(train(...given, '--size', 'many')).rejects.toThrow(
      /--size must be a whole number/,
    );
    await expect(train(...given, '--model', 'bert')).rejects.toThrow(/wordpiece, bpe, unigram/);
    await expect(train('--data', data, '--out', root)).rejects.toThrow(/contains other files/);
    await expect(train('--data', `${data}.gone`, '--out', out)).rejects.toThrow(/does not exist/);
    expect(fs.readdirSync(root)).toEqual(['a.txt']);
  });
});

describe('masklab tokenizer extend', () => {
  it('writes a model with the terms of a file and of the data, and reports as JSON', async () => {
    const model = path.join(root, 'model');
    await writeTinyModel(model, 'one flower and leaf z y g o m r p h i c q u');
    fs.writeFileSync(path.join(root, 'terms.txt'), 'quincunx\r\n\r\nquincunx\nflower\n');
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const out = path.join(root, 'out');
    await extend(
      ...['--model', model, '--data', path.join(root, 'a.txt'), '--out', out],
      ...['--terms', path.join(root, 'terms.txt'), '--min-frequency', '2', '--json'],
    );
    const report = JSON.parse(log.mock.calls[0]![0] as string) as Omit<
      ExtensionReport,
      'skipped'
    > & {
      readonly skipped: readonly { readonly term: string; readonly reason: string }[];
    };
    expect(report.added.map(({ term }) => term)).toEqual(['quincunx', 'zygomorphic']);
    expect(report.skipped).toEqual([{ term: 'flower', reason: '"flower" is already a token.' }]);
    expect((await readModelFolder(out)).model.heads[0].outputSize).toBe(report.vocabularySize);
    await expect(
      extend('--model', model, '--data', path.join(root, 'a.txt'), '--out', out),
    ).rejects.toThrow(/already exists/);
  });
});
