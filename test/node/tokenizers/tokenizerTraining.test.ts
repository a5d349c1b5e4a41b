import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { Tokenizer as ScriptTokenizer } from '@huggingface/tokenizers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  VOCABULARY_MODELS,
  vocabularyWordCounter,
} from '../../../src/core/tokenizer/training/vocabularyTrainer.js';
import { loadTokenizer } from '../../../src/node/tokenizers/loadTokenizer.js';
import {
  refuseForeignFolder,
  writeTokenizerFolder,
} from '../../../src/node/tokenizers/tokenizerFolder.js';
import { coverageOf } from '../../../src/node/data/textSample.js';
import { trainTokenizer } from '../../../src/node/tokenizers/tokenizerTraining.js';
import { mixedLines } from '../../support/mixedLines.js';
import { inEnglish } from '../../support/inEnglish.js';

const chapter = fs.readFileSync(
  path.join(import.meta.dirname, '../../../examples/workspace/moby-dick/chapter-41.txt'),
  'utf8',
);
const PASSAGES = chapter.split('\n\n').filter((text) => text.trim() !== '');
const options = { vocabularySize: 800, minFrequency: 2, lowercase: false };

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-training-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

describe.each(VOCABULARY_MODELS)('a %s tokenizer trained on a chapter', (model) => {
  it('is written as a folder that is read back, by the Rust library too', async () => {
    const { tokenizer, tokenizerJson } = await trainTokenizer({ model, options, texts: PASSAGES });
    const folder = path.join(root, model);
    writeTokenizerFolder(folder, tokenizerJson);
    expect(fs.readdirSync(folder).sort()).toEqual(['tokenizer.json', 'tokenizer_config.json']);
    const read = await loadTokenizer(folder);
    const rust = RustTokenizer.fromFile(path.join(folder, 'tokenizer.json'));
    expect(rust.getVocabSize()).toBe(tokenizer.vocabularySize);
    for (const line of [...mixedLines(400), ...PASSAGES]) {
      const own = [...tokenizer.encode(line).ids];
      expect([...read.encode(line).ids]).toEqual(own);
      const theirs = await rust.encode(line, null, { addSpecialTokens: false });
      expect(theirs.getIds(), JSON.stringify(line)).toEqual(own);
    }
    const framed = [...tokenizer.frame(tokenizer.encode('the whale').ids).ids];
    expect((await rust.encode('the whale')).getIds()).toEqual(framed);
    const mask = tokenizer.encode(`the ${tokenizer.maskToken} sea`).ids;
    expect([...mask]).toContain(tokenizer.special.mask);
    expect(tokenizer.vocabularySize).toBeLessThanOrEqual(800);
  });
});

describe('a WordPiece vocabulary in bytes', () => {
  it('is not taken for that of BERT by other tools', async () => {
    for (const [model, name] of [
      ['wordpiece', 'BertTokenizer'],
      ['byte-wordpiece', 'PreTrainedTokenizerFast'],
    ] as const) {
      const { tokenizerJson } = await trainTokenizer({ model, options, texts: PASSAGES });
      const folder = path.join(root, model);
      writeTokenizerFolder(folder, tokenizerJson);
      const config = fs.readFileSync(path.join(folder, 'tokenizer_config.json'), 'utf8');
      expect(JSON.parse(config)).toMatchObject({ tokenizer_class: name, mask_token: '[MASK]' });
    }
  });

  it('is decoded again by the libraries that read it', async () => {
    const request = { model: 'byte-wordpiece', options, texts: PASSAGES } as const;
    const { tokenizer, tokenizerJson } = await trainTokenizer(request);
    const folder = path.join(root, 'decoded');
    writeTokenizerFolder(folder, tokenizerJson);
    const rust = RustTokenizer.fromFile(path.join(folder, 'tokenizer.json'));
    const text = 'the été the Капитан, whale 船';
    const ids = [...tokenizer.encode(text).ids];
    expect(await rust.decode(ids, true)).toBe(text);
    const script = new ScriptTokenizer(tokenizerJson, {});
    expect(script.decode(ids)).toBe(text);
  });

  it('knows every script, and tells where words go on', async () => {
    const request = { model: 'byte-wordpiece', options, texts: PASSAGES } as const;
    const { tokenizer } = await trainTokenizer(request);
    const text = 'Captain 船长 and 🐋, Übermut';
    const { ids, starts, ends } = tokenizer.encode(text);
    expect([...ids]).not.toContain(tokenizer.special.unknown);
    const covered = (word: string): string[] => {
      const at = text.indexOf(word);
      const inside = [...ids.keys()].filter(
        (i) => starts[i]! >= at && ends[i]! <= at + word.length,
      );
      return inside.map((i) => text.slice(starts[i], ends[i]));
    };
    expect(covered('船')).toEqual(['船', '船', '船']);
    expect(covered('🐋')).toEqual(['🐋', '🐋', '🐋', '🐋']);
    const [first, second] = tokenizer.encode('船').ids;
    expect(tokenizer.isContinuation(first!)).toBe(false);
    expect(tokenizer.isContinuation(second!)).toBe(true);
    expect(tokenizer.readable(tokenizer.tokenToId('whale')!)).toBe('whale');
  });
});

describe('trainTokenizer', () => {
  it('gives the same for the same texts, and measures on what it has not seen', async () => {
    const passages = chapter.match(/[^.]{40,}\./g)!;
    const texts = [...passages, ...passages];
    const once = await trainTokenizer({ model: 'bpe', options, texts });
    const again = await trainTokenizer({ model: 'bpe', options, texts });
    expect(again.tokenizerJson).toEqual(once.tokenizerJson);
    const { sample, textCount } = once;
    expect(sample.isHeldOut).toBe(true);
    const seen = texts.filter((text) => !sample.texts.includes(text));
    expect(textCount).toBe(seen.length);
    const alone = vocabularyWordCounter('bpe', options);
    for (const text of seen) alone.add(text);
    expect(alone.finish().total).toBe(once.words.total);
  });

  it('tells how far it is, and stops when told to', async () => {
    const phases = new Set<string>();
    const controller = new AbortController();
    const training = trainTokenizer({
      model: 'unigram',
      options,
      texts: PASSAGES,
      signal: controller.signal,
      onProgress: ({ phase }) => {
        phases.add(phase);
        if (phase === 'seeding') controller.abort();
      },
    });
    await expect(training).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect([...phases]).toEqual(['seeding']);
  });

  it('trains on a single text, and refuses none and too little room', async () => {
    const { sample, textCount } = await trainTokenizer({ model: 'bpe', options, texts: [chapter] });
    expect([sample.isHeldOut, sample.texts.length, textCount]).toEqual([false, 1, 1]);
    const problem = async (texts: string[], vocabularySize: number): Promise<string> => {
      const thrown: unknown = await trainTokenizer({
        model: 'wordpiece',
        options: { ...options, vocabularySize },
        texts,
      }).catch((error: unknown) => error);
      return inEnglish(thrown, 'UserInput').message;
    };
    expect(await problem(['  \n '], 800)).toMatch(/no words/);
    expect(await problem(PASSAGES, 100)).toMatch(/vocabulary size of 100 is too small/);
  });

  it('counts coverage by words', async () => {
    const { tokenizer } = await trainTokenizer({
      model: 'wordpiece',
      options: { ...options, alphabetSize: 1 },
      texts: ['whale whale whale'],
    });
    expect(coverageOf(tokenizer, ['whale whale Ωμέγα'])).toEqual({
      words: 3,
      tokensPerWord: 1,
      unknownShare: 1 / 3,
      charactersPerToken: 17 / 3,
    });
  });
});

describe('refuseForeignFolder', () => {
  it('lets a tokenizer be replaced, and nothing else', () => {
    const folder = path.join(root, 'out');
    refuseForeignFolder(folder);
    writeTokenizerFolder(folder, { model: { type: 'BPE' } });
    refuseForeignFolder(folder);
    writeTokenizerFolder(folder, { model: { type: 'Unigram' } });
    expect(fs.readFileSync(path.join(folder, 'tokenizer.json'), 'utf8')).toContain('Unigram');
    fs.writeFileSync(path.join(folder, 'thesis.txt'), '');
    expect(() => {
      refuseForeignFolder(folder);
    }).toThrow(/thesis\.txt/);
    expect(() => {
      refuseForeignFolder(path.join(folder, 'thesis.txt'));
    }).toThrow(/is a file/);
    expect(fs.readdirSync(root)).toEqual(['out']);
  });
});
