/**
 * A process that tokenizes and masks texts with one of the contenders, and says what it took:
 * `node dataWorker.js <contender> <tokenizer.json> <texts.json>`, then one pass per line on stdin.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createMasker } from '../../src/core/masking/createMasker.js';
import { BERT_MASKING } from '../../src/core/masking/policy/policy.js';
import { parseTokenizer } from '../../src/core/tokenizer/definition/parseTokenizer.js';
import { fastContentKey } from '../../src/node/data/contentKeys.js';
import type { ContenderName, PassAnswer } from './dataContenders.js';

type Pass = (texts: readonly string[]) => Promise<Omit<PassAnswer, 'ms'>> | Omit<PassAnswer, 'ms'>;

const RATE = 0.15;
const IGNORED = -100;
/** Texts that a batch call gets at once. */
const BATCH = 1000;

interface Masked {
  readonly inputIds: Int32Array;
  readonly labels: Int32Array;
}

/** BERT's masking in its plainest form: one draw per token, and a second one for its replacement. */
function maskPlainly(
  ids: ArrayLike<number>,
  { maskId, vocabularySize }: { maskId: number; vocabularySize: number },
): Masked & { masked: number } {
  const inputIds = Int32Array.from(ids);
  const labels = new Int32Array(ids.length).fill(IGNORED);
  let masked = 0;
  for (let i = 0; i < inputIds.length; i++) {
    if (Math.random() >= RATE) continue;
    masked++;
    labels[i] = inputIds[i]!;
    const dice = Math.random();
    if (dice < 0.8) inputIds[i] = maskId;
    else if (dice < 0.9) inputIds[i] = Math.floor(Math.random() * vocabularySize);
  }
  return { inputIds, labels, masked };
}

async function load(name: ContenderName, json: string): Promise<Pass> {
  switch (name) {
    case 'masklab':
      return masklab(json);
    case 'masklab-simple':
      return masklabPlainly(json);
    case 'huggingface':
      return huggingFace(json);
    case 'anush008':
      return anush(json);
  }
}

/** As a run does it: a policy decides, and a text is masked alike wherever it is met. */
function masklab(json: string): Pass {
  const tokenizer = parseTokenizer(JSON.parse(json));
  const masker = createMasker(BERT_MASKING, { tokenizer, statistics: null });
  return (texts) => {
    let tokens = 0;
    let masked = 0;
    for (const text of texts) {
      const encoding = tokenizer.encode(text);
      const draw = ['bench', fastContentKey(text)];
      const plan = masker.plan(masker.annotate(text, encoding), { draw });
      const inputIds = masker.inputIds(encoding.ids, plan, { draw });
      const labels = new Int32Array(inputIds.length).fill(IGNORED);
      for (const { tokenStart, tokenEnd } of plan) {
        for (let i = tokenStart; i < tokenEnd; i++) labels[i] = encoding.ids[i]!;
        masked += tokenEnd - tokenStart;
      }
      tokens += labels.length;
    }
    return { tokens, masked };
  };
}

function masklabPlainly(json: string): Pass {
  const tokenizer = parseTokenizer(JSON.parse(json));
  const options = { maskId: tokenizer.special.mask, vocabularySize: tokenizer.vocabularySize };
  return (texts) => {
    let tokens = 0;
    let masked = 0;
    for (const text of texts) {
      const result = maskPlainly(tokenizer.encode(text).ids, options);
      tokens += result.labels.length;
      masked += result.masked;
    }
    return { tokens, masked };
  };
}

async function huggingFace(json: string): Promise<Pass> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(JSON.parse(json) as object, {});
  const options = optionsOf(json);
  return (texts) => {
    let tokens = 0;
    let masked = 0;
    for (const text of texts) {
      const result = maskPlainly(
        tokenizer.encode(text, { add_special_tokens: false }).ids,
        options,
      );
      tokens += result.labels.length;
      masked += result.masked;
    }
    return { tokens, masked };
  };
}

/** Batches, which it spreads over all cores. */
async function anush(json: string): Promise<Pass> {
  const { Tokenizer } = await import('@anush008/tokenizers');
  const tokenizer = Tokenizer.fromString(json);
  const options = optionsOf(json);
  return async (texts) => {
    let tokens = 0;
    let masked = 0;
    for (let at = 0; at < texts.length; at += BATCH) {
      const encodings = await tokenizer.encodeBatch(texts.slice(at, at + BATCH), {
        addSpecialTokens: false,
      });
      for (const encoding of encodings) {
        const result = maskPlainly(encoding.getIds(), options);
        tokens += result.labels.length;
        masked += result.masked;
      }
    }
    return { tokens, masked };
  };
}

function optionsOf(json: string): { maskId: number; vocabularySize: number } {
  const { model, added_tokens: added } = JSON.parse(json) as {
    model: { vocab: object };
    added_tokens: { id: number; content: string }[];
  };
  const mask = added.find(({ content }) => content === '[MASK]' || content === '<mask>');
  return { maskId: mask!.id, vocabularySize: Object.keys(model.vocab).length };
}

async function main(): Promise<void> {
  const [name, tokenizerFile, textsFile] = process.argv.slice(2) as [ContenderName, string, string];
  const texts = JSON.parse(readFileSync(textsFile, 'utf8')) as string[];
  const json = readFileSync(tokenizerFile, 'utf8');
  const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  const started = performance.now();
  const pass = await load(name, json);
  say({ loadMs: performance.now() - started });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'pass') throw new RangeError(line);
    const begun = performance.now();
    const counts = await pass(texts);
    say({ ms: performance.now() - begun, ...counts });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
