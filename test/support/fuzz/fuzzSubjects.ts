import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { metricsRowSchema } from '../../../src/core/runs/schema.js';
import { loadServedModel } from '../../../src/node/models/servedModel.js';
import { readTextRecords } from '../../../src/node/data/textRecords.js';
import { findPolicy, readPolicy } from '../../../src/node/policies/readPolicy.js';
import { JsonLinesTail } from '../../../src/node/runs/jsonLinesTail.js';
import { readRun } from '../../../src/node/runs/runReader.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../syntheticRuns.js';
import { writeTinyModel } from '../tinyModel.js';

/** A file that is changed, and everything that reads it. */
export interface FuzzSubject {
  /** Path below the folder. */
  readonly file: string;
  readonly content: Buffer;
  /** Reads it, and gives each error that a reader reported without throwing it. */
  readonly read: (folder: string) => Promise<readonly unknown[]>;
}

const TEXT = 'The whale is a large animal of the sea. It is white, and old.';
const ROWS = Array.from({ length: 40 }, (_, i) => ({
  id: i,
  text: `${TEXT} ${i}`,
  label: `l${i % 3}`,
}));
const WORDS = TEXT.split(' ').map((word) => `${word}\tO`);

const DATA: Readonly<Record<string, string | Uint8Array>> = {
  'a.txt': ROWS.map(({ text }) => text).join('\n\n'),
  'a.md': `# Whales\n\n${TEXT}\n\n\`\`\`\ncode\n\`\`\`\n\n- ${TEXT}\n`,
  'a.html': `<html><head><meta charset="utf-8"></head><body><p>${TEXT}</p><ul><li>a &amp; b</li></ul></body></html>`,
  'a.py': `# ${TEXT}\ndef f():\n    """${TEXT}"""\n`,
  'a.csv': `id,text,label\n${ROWS.map(({ id, text, label }) => `${id},"${text}",${label}`).join('\n')}\n`,
  'a.tsv': `id\ttext\tlabel\n${ROWS.map(({ id, text, label }) => `${id}\t${text}\t${label}`).join('\n')}\n`,
  'a.json': JSON.stringify(ROWS),
  'a.jsonl': ROWS.map((row) => JSON.stringify(row)).join('\n'),
  'a.conll': `${WORDS.join('\n')}\n\n${WORDS.join('\n')}\n`,
  'a.parquet': new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: ROWS.map(({ text }) => text), type: 'STRING' },
        { name: 'id', data: ROWS.map(({ id }) => id), type: 'INT32' },
      ],
    }),
  ),
  'a.csv.gz': gzipSync(
    `text,label\n${ROWS.map(({ text, label }) => `"${text}",${label}`).join('\n')}\n`,
  ),
};

async function readData(folder: string, name: string): Promise<unknown[]> {
  const reported: unknown[] = [];
  const options = {
    ...{ workspaceFolder: folder, columns: null, atLeast: 0 },
    onBad: (error: unknown) => void reported.push(error),
  };
  const records = readTextRecords([{ path: name }], options);
  while ((await records.next()).done !== true);
  return reported;
}

const read =
  (...readers: readonly ((folder: string) => Promise<unknown>)[]): FuzzSubject['read'] =>
  async (folder) => {
    for (const reader of readers) await reader(folder);
    return [];
  };

const EXPORT = path.join(import.meta.dirname, '../../fixtures/imported/bert');

async function loadModel(folder: string): Promise<void> {
  await (await loadServedModel(folder, { threads: 1 })).release();
}

/** Files of every kind, written to the folder. Model files are read together. */
export async function fuzzSubjects(folder: string): Promise<FuzzSubject[]> {
  const run = path.join(folder, 'run');
  const tiny = path.join(folder, 'tiny');
  const onnx = path.join(folder, 'export');
  await writeTinyModel(tiny, TEXT);
  await writeTinyModel(onnx, TEXT);
  fs.rmSync(path.join(onnx, 'model.safetensors'));
  fs.copyFileSync(path.join(EXPORT, 'config.json'), path.join(onnx, 'config.json'));
  write(
    onnx,
    'onnx/model.onnx',
    gunzipSync(fs.readFileSync(path.join(EXPORT, 'script-17.onnx.gz'))),
  );
  write(run, 'run.json', JSON.stringify(specOf('run')));
  write(run, 'state.json', JSON.stringify(initialRunState()));
  write(run, 'metrics.jsonl', METRICS);
  const policy = await findPolicy('pii-redaction', { folder });
  write(folder, 'p.mask.json', policy.text);
  for (const [name, content] of Object.entries(DATA)) write(folder, name, content);
  const runReaders = read(
    () => readRun(run),
    () => readRunSpec(run),
    () => tail(path.join(run, 'metrics.jsonl')),
  );
  const tinyReaders = read(() => loadModel(tiny));
  const readers: Readonly<Record<string, FuzzSubject['read']>> = {
    ...Object.fromEntries(Object.keys(DATA).map((name) => [name, () => readData(folder, name)])),
    'p.mask.json': read(() => readPolicy('p.mask.json', { folder })),
    'run/run.json': runReaders,
    'run/state.json': runReaders,
    'run/metrics.jsonl': runReaders,
    'tiny/config.json': tinyReaders,
    'tiny/tokenizer.json': tinyReaders,
    'tiny/model.safetensors': tinyReaders,
    'export/onnx/model.onnx': read(() => loadModel(onnx)),
  };
  return Object.entries(readers).map(([file, reader]) => ({
    ...{ file, read: reader },
    content: fs.readFileSync(path.join(folder, file)),
  }));
}

const METRICS = Array.from({ length: 20 }, (_, step) =>
  JSON.stringify({
    step,
    epoch: 0,
    split: 'train',
    loss: 1 / (step + 1),
    time: '2026-11-23T17:15:00.000Z',
  }),
).join('\n');

async function tail(file: string): Promise<void> {
  await new JsonLinesTail(file, metricsRowSchema, () => undefined).read(() => false);
}

function write(folder: string, name: string, content: string | Uint8Array): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}
