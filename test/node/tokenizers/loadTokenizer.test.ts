import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadTokenizer, tokenizerOf } from '../../../src/node/tokenizers/loadTokenizer.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { writeTinyModel } from '../../support/tinyModel.js';

let folder: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-tokenizer-'));
  await writeTinyModel(path.join(folder, 'model'), 'the whale and the blank sea');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it('goes by tokenizer_config.json for the mask token, in every way to a tokenizer', async () => {
  const model = path.join(folder, 'model');
  const file = path.join(model, 'tokenizer_config.json');
  expect((await loadTokenizer(model)).maskToken).toBe('[MASK]');
  fs.writeFileSync(file, JSON.stringify({ mask_token: 'blank', pad_token: { content: 'sea' } }));
  const tokenizers = [await loadTokenizer(model), tokenizerOf(await readModelFolder(model))];
  for (const tokenizer of tokenizers) {
    expect(tokenizer.maskToken).toBe('blank');
    expect(tokenizer.special.mask).toBe(tokenizer.tokenToId('blank'));
    expect(tokenizer.special.pad).toBe(tokenizer.tokenToId('sea'));
  }
  fs.rmSync(file);
  expect((await loadTokenizer(model)).maskToken).toBe('[MASK]');
});
