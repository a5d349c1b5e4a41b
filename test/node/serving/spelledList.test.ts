import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { spellLongWords } from '../../../src/core/predict/longWords.js';
import { SpelledList, type RequestedList } from '../../../src/node/serving/spelledList.js';
import { FakeTokenizer } from '../../core/predict/fakeModel.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-words-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const tokenizer = new FakeTokenizer(['gate', '##way', '##s', 'cat', '##al', '##og']);
const WORDS = ['gateways', 'cat', 'catalog', 'gateway', 'zebra'];
const SPELLED = spellLongWords(tokenizer, WORDS, '');

const listIn = (storage: string | undefined, program = 'one'): SpelledList =>
  new SpelledList({
    ...{ words: WORDS, folder: storage, program },
    warn: (message) => {
      throw new Error(message);
    },
  });

async function spelled(list: SpelledList, version = 'v1'): Promise<RequestedList> {
  const first = list.forRequest(version);
  expect(first.longWords(tokenizer, '')).toBeNull();
  expect(first.isWhole).toBe(false);
  first.prepare();
  return vi.waitFor(() => {
    const next = list.forRequest(version);
    expect(next.longWords(tokenizer, '')).not.toBeNull();
    return next;
  });
}

describe('SpelledList', () => {
  it('is spelled behind the first request, and then whole', async () => {
    const list = listIn(undefined);
    const request = await spelled(list);
    expect(request.longWords(tokenizer, '')).toEqual(SPELLED);
    expect(request.isWhole).toBe(true);
    expect(request.longWords(tokenizer, 'a ')).toBeNull();
  });

  it('is not spelled again in the next session', async () => {
    await spelled(listIn(folder));
    const next = listIn(folder).forRequest('v1');
    expect(next.longWords(tokenizer, '')).toEqual(SPELLED);
    expect(next.isWhole).toBe(true);
  });

  it('is spelled again for another program, and for changed files of a model', async () => {
    await spelled(listIn(folder));
    expect(listIn(folder, 'two').forRequest('v1').longWords(tokenizer, '')).toBeNull();
    expect(listIn(folder).forRequest('v2').longWords(tokenizer, '')).toBeNull();
  });

  it('ignores a damaged file', async () => {
    await spelled(listIn(folder));
    const [name] = fs.readdirSync(folder);
    const file = path.join(folder, name!);
    const whole = fs.readFileSync(file);
    const damaged = [
      whole.subarray(0, 3),
      whole.subarray(0, -4),
      Buffer.concat([whole, Buffer.alloc(4)]),
      Buffer.concat([whole.subarray(0, -4), Buffer.alloc(4, 0x7f)]),
    ];
    for (const bytes of damaged) {
      fs.writeFileSync(file, bytes);
      expect(listIn(folder).forRequest('v1').longWords(tokenizer, '')).toBeNull();
    }
  });

  it('keeps the pieces of eight models', async () => {
    const list = listIn(folder);
    for (let i = 0; i < 10; i++) await spelled(list, `v${i}`);
    expect(fs.readdirSync(folder)).toHaveLength(8);
  });
});
