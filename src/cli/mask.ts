import { formatCount, formatShare, groupThousands } from '../core/format.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { manifestFileOf, type DatasetManifest } from '../node/data/datasetWriters/manifest.js';
import { maskDataset } from '../node/data/writeMaskedDataset.js';
import { findPolicy } from '../node/policies/readPolicy.js';
import { usageError } from './commandLineError.js';
import { DATA_FLAG, TEXT_OPTIONS, textSelectionOf } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { formulaNote, SAFE_CSV_FLAG } from './safeCsv.js';
import type { CommandShape, CommandValues } from './usage.js';

export const MASK: CommandShape = {
  name: 'mask',
  group: 'data',
  usage: '--policy <file> --data <files or folders …> --out <file> [options]',
  summary: 'Mask a dataset according to a policy',
  notes: ['A manifest with counts, hashes and the policy is written next to the dataset.'],
  flags: {
    policy: {
      shape: '<file>',
      help: 'Masking policy: a .mask.json file, or the name of a ready-made policy',
    },
    data: DATA_FLAG,
    out: { shape: '<file>', help: 'File to write: .jsonl, .csv, .parquet or .txt' },
    seed: {
      shape: '<n>',
      help: 'Seed of the random choices',
      otherwise: 'the seed of the policy',
    },
    model: {
      shape: '<folder>',
      help: 'Model whose tokenizer is used. Its token ids are written as input_ids, attention_mask and labels, ready for Hugging Face data collators',
      otherwise: 'the bundled model, without token ids',
    },
    'one-way': { help: 'Write no original words, so that masked text cannot be recovered' },
    'safe-csv': SAFE_CSV_FLAG,
    json: { help: 'Print the manifest as JSON instead of lines' },
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
      modelFolder: modelFolderOf(model),
      withInputs: model !== undefined,
      oneWay: values.has('one-way'),
      safeCsv: values.has('safe-csv'),
      signal,
      onProgress: ({ bytes, total, message }) => {
        show(`${renderMessage(message, ENGLISH)} ${formatShare(total === 0 ? 1 : bytes / total)}`);
      },
    });
    show(null);
    if (values.has('json')) printJson(manifest);
    else print(report(manifest, out));
  });
}

function required(values: CommandValues, flag: string): string {
  const value = values.text(flag);
  if (value !== undefined) return value;
  throw usageError(`"masklab mask" requires --${flag}.`, MASK.name);
}

function seedOf(values: CommandValues): number | null {
  const text = values.text('seed');
  if (text === undefined) return null;
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw usageError(
    `--seed must be a whole number of at least 0, but "${text}" was given.`,
    MASK.name,
  );
}

function report(manifest: DatasetManifest, out: string): string {
  const { counts, rules, skipped } = manifest;
  const lines = [
    `${groupThousands(counts.masks)} masks in ${formatCount(counts.records, 'document')} (${formatCount(counts.words, 'word')}, ${formatCount(counts.tokens, 'token')})`,
    ...rules.map(
      ({ name, found, masked, rate }) =>
        `  ${name}: ${groupThousands(masked)} of ${groupThousands(found)}${rate === null ? '' : ` (${formatShare(rate)})`}`,
    ),
  ];
  if (counts.truncated > 0) {
    lines.push(
      `${formatCount(counts.truncated, 'document')} truncated in input_ids to the model's maximum length`,
    );
  }
  if (skipped.count > 0) {
    lines.push(`Skipped ${groupThousands(skipped.count)} rows or files:`);
    lines.push(...skipped.reasons.map((reason) => `  ${renderMessage(reason, ENGLISH)}`));
  }
  if (manifest.formulas !== undefined) lines.push(formulaNote(manifest.formulas));
  return [...lines, `Dataset: ${out}`, `Manifest: ${manifestFileOf(out)}`].join('\n');
}
