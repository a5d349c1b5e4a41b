import path from 'node:path';
import type { Architecture } from '../../src/core/models/newModel.js';
import type { NewModelSpec } from '../../src/core/runs/schema.js';
import type { RunOptions } from '../../src/core/runs/options.js';

/** How the bundled model is made; `docs/pretraining/trials.md` says why so. */
export const VOCABULARY: NewModelSpec['vocabulary'] = {
  kind: 'trained',
  model: 'byte-wordpiece',
  size: 10_240,
  minFrequency: 3,
  lowercase: true,
};

export const ARCHITECTURE: Architecture = {
  family: 'modernbert',
  layers: 4,
  hiddenSize: 256,
  heads: 4,
  innerSize: 640,
};

export const OPTIONS: RunOptions = {
  task: 'masked-lm',
  heldOut: 0.01,
  batchSize: 16,
  maxLength: 128,
  cut: 'words',
  maskingRate: 0.2,
  learningRate: 1e-3,
  warmupFraction: 0.02,
  evaluateEverySteps: 250,
  checkpointEverySteps: 250,
  threads: 2,
  seed: 1,
};

const root = path.join(import.meta.dirname, '../..');

export const PATHS = {
  root,
  text: path.join(root, '.cache/pretraining/text'),
  heldOut: path.join(root, '.cache/pretraining/held-out'),
  runs: path.join(root, '.cache/pretraining/runs'),
  cloze: path.join(root, 'test/cloze'),
};
