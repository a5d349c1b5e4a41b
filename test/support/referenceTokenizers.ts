import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../../src/core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../src/core/tokenizer/tokenizer.js';

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

/** SentencePiece's character rules are kept once, outside of the files that use them. */
function readWithCharsmap(name: string): unknown {
  return JSON.parse(read(name).replaceAll('<nmtNfkc>', read('nmtNfkc.charsmap.txt').trim()));
}

export function referenceDefinition(model: ReferenceModel): object {
  return readWithCharsmap(`${model}.tokenizer.json`) as object;
}

const parsed = new Map<ReferenceModel, Tokenizer>();

export function referenceTokenizer(model: ReferenceModel): Tokenizer {
  const tokenizer = parsed.get(model) ?? parseTokenizer(referenceDefinition(model));
  parsed.set(model, tokenizer);
  return tokenizer;
}

export const REFERENCE_TEXTS = JSON.parse(read('texts.json')) as readonly string[];

/** Encodings of `REFERENCE_TEXTS` by the reference library. */
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

/** The library's `[ids, type ids]` of "the whale", alone and with "a ship", special tokens included. */
export function expectedFrames(
  model: ReferenceModel,
): Record<'single' | 'pair', [ids: number[], typeIds: number[]]> {
  return (
    JSON.parse(read('framed.json')) as Record<ReferenceModel, ReturnType<typeof expectedFrames>>
  )[model];
}

type DefinedStage = [definition: unknown, digest: string];

/** Stages with the SHA-256 of what the library makes of `REFERENCE_TEXTS`, joined by zeros. */
export const REFERENCE_STAGES = readWithCharsmap('stages.json') as {
  normalizers: DefinedStage[];
  preTokenizers: DefinedStage[];
};

type Variant = [
  base: ReferenceModel,
  parts: object,
  addedTokens: object[],
  modelSettings: object,
  modelTokens: unknown[],
  digest: string,
];

/** Changed tokenizers, each with the digest of the ids that the library gives `stitchedLines`. */
export function referenceVariants(): { name: string; definition: object; digest: string }[] {
  return (readWithCharsmap('variants.json') as Variant[]).map(
    ([base, parts, added, settings, tokens, digest]) => {
      const definition = referenceDefinition(base) as {
        added_tokens: object[];
        model: { vocab: unknown };
      };
      const { vocab } = definition.model;
      return {
        name: `${base} ${JSON.stringify({ ...parts, ...settings, added }).slice(0, 120)}`,
        definition: {
          ...definition,
          ...parts,
          added_tokens: [...definition.added_tokens, ...added],
          model: {
            ...definition.model,
            ...settings,
            vocab: tokens.length > 0 ? [...(vocab as unknown[]), ...tokens] : vocab,
          },
        },
        digest,
      };
    },
  );
}
