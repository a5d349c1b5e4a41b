import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import {
  finished,
  type VocabularyOptions,
} from '../../../../src/core/tokenizer/training/training.js';
import {
  vocabularyTraining,
  vocabularyWordCounter,
  type VocabularyModel,
} from '../../../../src/core/tokenizer/training/vocabularyTrainer.js';
import { REFERENCE_TEXTS } from '../../../support/referenceTokenizers.js';

/** Tokenizers that the Rust library trains on the same texts, by `scripts/fixtures/trainTokenizers.py`. */
const trained = JSON.parse(
  fs.readFileSync(
    path.join(import.meta.dirname, '../../../fixtures/tokenizers/trained.json'),
    'utf8',
  ),
) as {
  chapters: string[];
  wordPiece: { counts: Record<string, number>; merged: string[] };
  bytePair: { prose: string[]; mixed: string[] };
  unigram: { size: number; tokensPerWord: number; logLikelihoodPerWord: number };
};
const PROSE = trained.chapters.map((name) =>
  fs.readFileSync(
    path.join(import.meta.dirname, '../../../../examples/workspace/moby-dick', name),
    'utf8',
  ),
);

interface Definition {
  model: { vocab: Record<string, number> | [string, number][]; merges: [string, string][] };
}

function train(
  model: VocabularyModel,
  texts: readonly string[],
  options: VocabularyOptions,
): Definition {
  const counter = vocabularyWordCounter(model, options);
  for (const text of texts) counter.add(text);
  return finished(vocabularyTraining(model, counter.finish(), options)) as Definition;
}

const options = { vocabularySize: 1200, minFrequency: 2, lowercase: false };
const mergesOf = (texts: readonly string[], vocabularySize: number): string[] =>
  train('bpe', texts, { ...options, vocabularySize }).model.merges.map((pair) => pair.join(' '));

describe('vocabularies are those of the Rust trainers', () => {
  it('byte-level BPE: every merge in its place, on prose', () => {
    expect(mergesOf(PROSE, 1200)).toEqual(trained.bytePair.prose);
  });

  it('byte-level BPE: every merge in its place, on other scripts, emoji and code', () => {
    expect(mergesOf(REFERENCE_TEXTS, 700)).toEqual(trained.bytePair.mixed);
  });

  it('WordPiece: every merge in its place, as far as it agrees with itself', () => {
    const { counts, merged } = trained.wordPiece;
    const counted = {
      words: new Map(Object.entries(counts)),
      total: 0,
      dropped: 0,
      dropThreshold: 0,
    };
    const wordPiece = { vocabularySize: 600, minFrequency: 2, lowercase: true };
    const json = finished(vocabularyTraining('wordpiece', counted, wordPiece)) as Definition;
    const vocab = json.model.vocab as Record<string, number>;
    const own = Object.keys(vocab).filter((token) => /^(##)?[a-z]{2,}$/.test(token));
    own.sort((a, b) => vocab[a]! - vocab[b]!);
    expect(merged.length).toBeGreaterThan(100);
    expect(own.slice(0, merged.length)).toEqual(merged);
  });

  it('Unigram: as many pieces, fewer tokens a word and a higher likelihood', () => {
    const { size, tokensPerWord, logLikelihoodPerWord } = trained.unigram;
    const json = train('unigram', PROSE, { ...options, vocabularySize: size, lowercase: true });
    const pieces = json.model.vocab as [string, number][];
    expect(pieces.length).toBe(size);
    const tokenizer = parseTokenizer(json);
    const ids = PROSE.flatMap((text) => [...tokenizer.encode(text).ids]);
    const words = PROSE.reduce((sum, text) => sum + text.trim().split(/\s+/).length, 0);
    const likelihood = ids.reduce((sum, id) => sum + pieces[id]![1], 0) / words;
    expect(ids.length / words).toBeLessThan(tokensPerWord);
    expect(ids.length / words).toBeGreaterThan(0.9 * tokensPerWord);
    expect(likelihood).toBeGreaterThan(logLikelihoodPerWord);
    expect(likelihood).toBeLessThan(0.9 * logLikelihoodPerWord);
  });
});
