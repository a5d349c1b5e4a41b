import type { Dirent } from 'node:fs';
import path from 'node:path';
import { RUN_FILES } from '../../../core/runs/schema.js';
import { streamBytes } from '../../files/streamBytes.js';

/** Names of files in model and tokenizer folders that look like data. */
const MODEL_FILES = new Set([
  ...['README.md', 'vocab.txt', 'merges.txt', 'config.json', 'generation_config.json'],
  ...['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'],
  ...['vocab.json', 'model.safetensors.index.json', 'adapter_config.json', 'ort_config.json'],
]);
/** A folder with one of each of these groups of names holds a model, an adapter or a tokenizer. */
const MODEL_MARKS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['config.json'], ['model.safetensors', 'pytorch_model.bin', 'onnx', 'tokenizer.json']],
  [['adapter_config.json'], ['adapter_model.safetensors']],
  [['tokenizer_config.json'], ['tokenizer.json', 'vocab.txt', 'vocab.json']],
  [['tokenizer.json'], ['vocab.txt', 'merges.txt', 'special_tokens_map.json']],
];
/** First lines of files that are written into run folders, for copies of them elsewhere. */
const FIRST_LINES: Readonly<Record<string, RegExp>> = {
  [RUN_FILES.heldOutScores]: /^\{.*"split":"heldOut".*"limitedBy":/,
  [RUN_FILES.testScores]: /^\{.*"split":"test".*"limitedBy":/,
  [RUN_FILES.metrics]: /^\{"step":\d+,"epoch":.*"loss":/,
  [RUN_FILES.samples]: /^\{"step":\d+,.*"sentences":/,
  [RUN_FILES.log]: /^\{"time":"[^"]*","level":"/,
  'vocab.txt': /^\[PAD\]\r?$/,
};
const MANIFEST = '.manifest.json';
/** A string of JSON. */
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
/** Starts of masked datasets and predictions, for copies of them elsewhere. */
const STARTS: readonly { readonly end: string; readonly start: RegExp }[] = [
  {
    end: '.jsonl',
    start: new RegExp(`^\\{"source":${TEXT},(?:"text":${TEXT},)?"maskedText":${TEXT},"masks":\\[`),
  },
  { end: '.jsonl', start: new RegExp(`^\\{"file":${TEXT},"row":\\d+,.*"kind":"\\w+",`) },
  { end: '.csv', start: /^source,(?:text,)?maskedText,masks\b/ },
  { end: '.csv', start: /^file,row,id,text,pair,/ },
];

/** Files that Masklab wrote, among the entries of a folder. */
export interface OwnOutputs {
  /** Whether the folder is a run and holds nothing but results. */
  readonly isRun: boolean;
  /** Whether Masklab wrote a file of the folder. */
  readonly holds: (name: string) => Promise<boolean>;
}

/** Recognizes runs, models, tokenizers, masked datasets, and copies of files of runs. */
export function ownOutputsIn(folder: string, entries: readonly Dirent[]): OwnOutputs {
  const names = new Set(entries.map(({ name }) => name));
  const hasOne = (wanted: readonly string[]): boolean => wanted.some((name) => names.has(name));
  const isRun =
    [RUN_FILES.spec, RUN_FILES.imported].some((name) => names.has(name)) &&
    names.has(RUN_FILES.state);
  const isModel = MODEL_MARKS.some((groups) => groups.every(hasOne));
  return {
    isRun,
    holds: async (name) => {
      if (isModel && MODEL_FILES.has(name)) return true;
      if (names.has(`${name}${MANIFEST}`)) return true;
      if (name.endsWith(MANIFEST) && names.has(name.slice(0, -MANIFEST.length))) return true;
      const line = FIRST_LINES[name];
      const starts = STARTS.filter(({ end }) => name.endsWith(end));
      if (line === undefined && starts.length === 0) return false;
      const found = await startOf(path.join(folder, name));
      return (
        line?.test(found.split('\n', 1)[0]!) === true ||
        starts.some(({ start }) => start.test(found))
      );
    },
  };
}

/** Start of a file; empty if it cannot be read, which reading it reports. */
async function startOf(file: string): Promise<string> {
  try {
    for await (const piece of streamBytes(file)) return piece.toString('utf8');
    return '';
  } catch {
    return '';
  }
}
