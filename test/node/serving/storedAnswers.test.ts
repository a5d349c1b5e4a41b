import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoredAnswers, type StoredAnswer } from '../../../src/node/serving/storedAnswers.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-answers-'));
  file = path.join(folder, 'answers.json');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const ANSWERS: StoredAnswer[] = [
  ['scoreWords a', { words: [1, 2] }],
  ['predictWord b', null],
];

describe('StoredAnswers', () => {
  it('gives back what was written, in its order', async () => {
    const stored = new StoredAnswers(file, 'one');
    expect(await stored.read()).toEqual([]);
    stored.write(ANSWERS);
    expect(await stored.read()).toEqual(ANSWERS);
  });

  it('has none of another program, and none if the file is damaged', async () => {
    new StoredAnswers(file, 'one').write(ANSWERS);
    expect(await new StoredAnswers(file, 'two').read()).toEqual([]);
    fs.truncateSync(file, 20);
    expect(await new StoredAnswers(file, 'one').read()).toEqual([]);
    fs.rmSync(file);
    fs.mkdirSync(file);
    expect(await new StoredAnswers(file, 'one').read()).toEqual([]);
  });

  it('keeps the newest answers of many', async () => {
    const stored = new StoredAnswers(file, 'one');
    const long = 'x'.repeat(1_000_000);
    const many = Array.from({ length: 9 }, (_, i): StoredAnswer => [`key ${i}`, long]);
    stored.write(many);
    expect((await stored.read()).map(([key]) => key)).toEqual(['key 6', 'key 7', 'key 8']);
    expect(fs.statSync(file).size).toBeLessThan(5_000_000);
  });
});
