import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../../src/core/text/parseTokenizer.js';
import type { Tokenizer } from '../../src/core/text/tokenizer.js';

/** Tokenizers in the layouts of well-known models; `makeReference.py` makes them. */
export const REFERENCE_MODELS = [
  'bertUncased',
  'bertCased',
  'roberta',
  'modernBert',
  'euroBert',
  'xlmRoberta',
  'camembert',
  'albert',
  'debertaV3',
  'llama',
  'mmBert',
  'herbert',
] as const;
export type ReferenceModel = (typeof REFERENCE_MODELS)[number];

const read = (name: string): string =>
  fs.readFileSync(path.join(import.meta.dirname, '../fixtures/tokenizers', name), 'utf8');

export function referenceDefinition(model: ReferenceModel): object {
  const charsmap = read('nmtNfkc.charsmap.txt').trim();
  return JSON.parse(read(`${model}.tokenizer.json`).replaceAll('<nmtNfkc>', charsmap)) as object;
}

const parsed = new Map<ReferenceModel, Tokenizer>();

export function referenceTokenizer(model: ReferenceModel): Tokenizer {
  const tokenizer = parsed.get(model) ?? parseTokenizer(referenceDefinition(model));
  parsed.set(model, tokenizer);
  return tokenizer;
}

export const REFERENCE_TEXTS = JSON.parse(read('texts.json')) as readonly string[];

/** What the reference library says of each of `REFERENCE_TEXTS`. */
export function expectedEncodings(
  model: ReferenceModel,
): { ids: number[]; starts: number[]; ends: number[] }[] {
  const encodings = JSON.parse(read(`${model}.expected.json`)) as [number[], number[], number[]][];
  return encodings.map(([ids, starts, ends]) => ({ ids, starts, ends }));
}

/** SHA-256 of the ids that the library gives `stitchedLines`, -1 behind each line, as int32. */
export function expectedDigest(model: ReferenceModel): string {
  return (JSON.parse(read('stitchedLines.json')) as Record<ReferenceModel, string>)[model];
}
