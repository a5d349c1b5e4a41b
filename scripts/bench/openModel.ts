// `npm run bench:open`: opens models of the size of BERT-base (440 MB) and of XLM-R base (1.1 GB) with
// random weights, each in its own process: read as training does, and loaded for predictions as
// hovers do, up to the first answer. Reports the largest memory that the process had beyond what it
// has without a model, compared with the size of the weights.
// --json ends with one line that holds the result as JSON.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createModel, parseModelConfig } from '../../src/core/models/createModel.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { readModelFolder, writeModelFolder } from '../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../src/node/models/predictionModel.js';
import { tinyTokenizerJson } from '../../test/support/tinyModel.js';

const GOAL = 1.2;
const MODELS = { 'BERT-base': 30_522, 'XLM-R base': 250_002 } as const;
const WAYS = ['nothing', 'read', 'predict'] as const;
type Way = (typeof WAYS)[number];

function configOf(vocabulary: number) {
  return parseModelConfig(
    {
      ...{ model_type: 'bert', vocab_size: vocabulary, hidden_size: 768, num_hidden_layers: 12 },
      ...{ num_attention_heads: 12, intermediate_size: 3072, max_position_embeddings: 512 },
    },
    'config.json',
  );
}

async function makeModel(folder: string, vocabulary: number): Promise<void> {
  const config = configOf(vocabulary);
  await writeModelFolder(folder, {
    config,
    model: createModel(config),
    parameters: initializeParameters(config, 1),
    tokenizerJson: tinyTokenizerJson('the quick brown fox'),
    modelCard: '',
    withoutOnnx: true,
  });
}

/** The work of a child process: opens a model, and prints the largest memory that it had. */
async function open(way: Way, folder: string): Promise<void> {
  if (way === 'read') await readModelFolder(folder);
  if (way === 'predict') {
    const model = await loadPredictionModel(folder, { threads: 1 });
    const ids = BigInt64Array.of(0n, 5n, 6n, 1n);
    await model.logitsAt({
      ...{
        batchSize: 1,
        length: 4,
        inputIds: ids,
        attentionMask: BigInt64Array.of(1n, 1n, 1n, 1n),
      },
      ...{ tokenTypeIds: null, positions: BigInt64Array.of(1n) },
    });
  }
  // Unlike the maximum of getrusage, that of the process that started it is not in it.
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  console.log(JSON.stringify({ bytes: Number(kilobytes) * 1024 }));
}

function peakOf(way: Way, folder: string): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, way, folder],
    { encoding: 'utf8' },
  );
  const line = stdout.trim().split('\n').at(-1);
  if (line === undefined || line === '') throw new Error(stderr);
  return (JSON.parse(line) as { bytes: number }).bytes;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-bench-open-'));
  try {
    const results = [];
    for (const [name, vocabulary] of Object.entries(MODELS)) {
      const folder = path.join(place, name);
      await makeModel(folder, vocabulary);
      const { size } = fs.statSync(path.join(folder, 'model.safetensors'));
      const [nothing, read, predict] = WAYS.map((way) => peakOf(way, folder)) as [
        ...[number, number, number],
      ];
      const ratios = { read: (read - nothing) / size, predict: (predict - nothing) / size };
      results.push({ name, size, ratios });
      console.log(
        `${name}, ${(size / 1e6).toFixed(0)} MB: read with ${ratios.read.toFixed(2)}x, for predictions with ${ratios.predict.toFixed(2)}x of its size (goal: ${GOAL})`,
      );
      fs.rmSync(folder, { recursive: true });
    }
    if (values.json) console.log(JSON.stringify({ results }));
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

const [way, folder] = process.argv.slice(2);
if (folder !== undefined && WAYS.includes(way as Way)) void open(way as Way, folder);
else void main();
