// Writes src/core/predict/bundledScale.ts again: the excess surprisal of the bundled model on the
// sample of ordinary English that comes with the extension. Run after either has changed.
// usage: npx tsx --conditions=import scripts/bundledScale.ts
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../src/core/models/bundled.js';
import { excessScaleOf } from '../src/core/predict/excessScale.js';
import { ENGLISH_SAMPLE_FILE, sampleExcess } from '../src/core/predict/sampleExcess.js';
import { loadPredictionModel } from '../src/node/models/predictionModel.js';

const root = path.join(import.meta.dirname, '..');

function hashOf(file: string): string {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, file)))
    .digest('hex');
}

async function main(): Promise<void> {
  const model = await loadPredictionModel(path.join(root, BUNDLED_MODEL_FOLDER), { threads: 2 });
  const sample = fs.readFileSync(path.join(root, ENGLISH_SAMPLE_FILE), 'utf8');
  const scale = excessScaleOf(await sampleExcess(model, sample));
  await model.release();
  if (scale === null) throw new Error('The bundled model cannot read the sample.');
  const quantiles = scale.quantiles.map((bits) => bits.toFixed(3)).join(', ');
  const lines = [
    "import type { ExcessScale } from './excessScale.js';",
    '',
    '/**',
    ' * Scale of the bundled model, written by `scripts/bundledScale.ts`.',
    ` * Weights: ${hashOf(path.join(BUNDLED_MODEL_FOLDER, 'model.safetensors'))}`,
    ` * Sample: ${hashOf(ENGLISH_SAMPLE_FILE)}`,
    ' */',
    'export const BUNDLED_SCALE: ExcessScale = {',
    `  words: ${scale.words},`,
    `  quantiles: [${quantiles}],`,
    `  tail: ${scale.tail.toFixed(3)},`,
    '};',
  ];
  fs.writeFileSync(path.join(root, 'src/core/predict/bundledScale.ts'), `${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
