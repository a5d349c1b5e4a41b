import path from 'node:path';
import { formatCount, formatShare, groupThousands } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { manifestFileOf, type DatasetManifest } from '../node/data/datasetWriters/manifest.js';
import { maskDataset } from '../node/data/writeMaskedDataset.js';
import { findPolicy } from '../node/policies/readPolicy.js';
import { DATA_FLAG, TEXT_OPTIONS, textSelectionOf } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { usageError, type CommandShape, type CommandValues } from './usage.js';

export const MASK: CommandShape = {
  name: 'mask',
  usage: '--policy <file> --data <files or folders …> --out <file> [options]',
  summary: 'Masks text by a policy and writes it as a dataset, with a manifest beside it',
  flags: {
    policy: {
      shape: '<file>',
      help: 'masking policy: a .mask.json file, or a gallery policy by name',
    },
    data: DATA_FLAG,
    out: { shape: '<file>', help: 'what to write: .jsonl, .csv, .parquet or .txt' },
    seed: { shape: '<n>', help: "draws by this seed instead of the policy's" },
    model: {
      shape: '<folder>',
      help: "model whose tokenizer is used, and whose ids are written: input_ids, attention_mask and labels as Hugging Face's collators take them (default: the bundled model, and no ids)",
    },
    'one-way': { help: 'writes no originals: what is masked cannot be found again' },
    json: { help: 'the manifest as JSON instead of lines' },
  },
  runOptions: [...TEXT_OPTIONS, 'skipBad'],
  examples: [
    'masklab mask --policy opinion.mask.json --data reviews.csv --out masked.jsonl',
    'masklab mask --policy pii.mask.json --data letters --one-way --out redacted.jsonl',
  ],
};

export async function maskCommand(values: CommandValues): Promise<void> {
  const policy = required(values, 'policy');
  const out = required(values, 'out');
  const selection = textSelectionOf(MASK, values);
  const model = values.text('model');
  await interruptible(values, async ({ signal, show }) => {
    const manifest = await maskDataset({
      policy: await findPolicy(policy, { folder: process.cwd() }),
      selection,
      out,
      seed: seedOf(values),
      modelFolder:
        model === undefined
          ? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER)
          : modelFolderOf(model),
      withInputs: model !== undefined,
      oneWay: values.has('one-way'),
      signal,
      onProgress: ({ bytes, total, message }) => {
        show(`${message} ${formatShare(total === 0 ? 1 : bytes / total)}`);
      },
    });
    show(null);
    console.log(values.has('json') ? JSON.stringify(manifest) : report(manifest, out));
  });
}

function required(values: CommandValues, flag: string): string {
  const value = values.text(flag);
  if (value !== undefined) return value;
  throw usageError(`masklab mask needs --${flag}.`, MASK.name);
}

function seedOf(values: CommandValues): number | null {
  const text = values.text('seed');
  if (text === undefined) return null;
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw usageError(`--seed takes a whole number of at least 0, not "${text}".`, MASK.name);
}

function report(manifest: DatasetManifest, out: string): string {
  const { counts, rules, skipped } = manifest;
  const lines = [
    `${groupThousands(counts.masks)} masks in ${formatCount(counts.records, 'record')} (${formatCount(counts.words, 'word')}, ${formatCount(counts.tokens, 'token')})`,
    ...rules.map(
      ({ name, found, masked, rate }) =>
        `  ${name}: ${groupThousands(masked)} of ${groupThousands(found)}${rate === null ? '' : ` (${formatShare(rate)})`}`,
    ),
  ];
  if (counts.truncated > 0) {
    lines.push(
      `${formatCount(counts.truncated, 'record')} longer than the model takes, cut in input_ids`,
    );
  }
  if (skipped.count > 0) {
    lines.push(`${groupThousands(skipped.count)} rows or files left out:`);
    lines.push(...skipped.reasons.map((reason) => `  ${reason}`));
  }
  return [...lines, `Written to ${out} and ${manifestFileOf(out)}`].join('\n');
}
