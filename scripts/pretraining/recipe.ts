import path from 'node:path';
import { maskingPolicySchema, type MaskingPolicy } from '../../src/core/masking/policy/policy.js';
import type { Architecture } from '../../src/core/models/newModel.js';
import type { NewModelSpec } from '../../src/core/runs/schema.js';
import type { RunOptions } from '../../src/core/runs/options.js';

/** Recipe of the bundled model; `docs/pretraining/trials.md` gives the reasons. */
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

/** A run that continues from the model of the stage before it. */
export interface Stage {
  readonly name: string;
  /** Folder of the text below the cache. */
  readonly text: 'text' | 'text-emphasized';
  /** Whether each layer is doubled first. */
  readonly isDeepened: boolean;
  /** Shares of masked tokens: many while little is known, few at the end, as hovers ask. */
  readonly masks: { readonly from: number; readonly to: number };
  readonly options: RunOptions;
}

/**
 * Half of the average of squared gradients is of the last 4.7 million tokens (Marek et al. 2025,
 * arXiv:2507.07101).
 */
const SLOW = { beta2: 0.9997, epsilon: 1e-6 };

/** The rate of each stage rises, and falls to 0 at its end. */
export const STAGES: readonly Stage[] = [
  {
    ...{ name: 'basic', text: 'text', isDeepened: false, masks: { from: 0.35, to: 0.15 } },
    options: { epochs: 1.2, learningRate: 1e-3, beta2: 0.98, evaluateEverySteps: 1000 },
  },
  {
    ...{ name: 'everyday', text: 'text-emphasized', isDeepened: false },
    masks: { from: 0.25, to: 0.15 },
    options: { epochs: 0.2, learningRate: 4e-4, ...SLOW, evaluateEverySteps: 500 },
  },
  {
    ...{ name: 'longer', text: 'text-emphasized', isDeepened: false },
    masks: { from: 0.25, to: 0.15 },
    options: { epochs: 0.8, learningRate: 5e-4, ...SLOW, seed: 2, evaluateEverySteps: 1000 },
  },
  {
    ...{ name: 'deep', text: 'text-emphasized', isDeepened: true, masks: { from: 0.25, to: 0.15 } },
    options: { epochs: 1, learningRate: 1e-3, ...SLOW, evaluateEverySteps: 500 },
  },
];

/** Of all stages. */
export const OPTIONS: RunOptions = {
  task: 'masked-lm',
  heldOut: 0.01,
  batchSize: 16,
  maxLength: 128,
  cut: 'words',
  schedule: 'linear',
  warmupFraction: 0.02,
  checkpointEverySteps: 250,
  seed: 1,
};

/** Measured as the goals are, at 17%. */
export function maskingOf({ masks }: Stage): MaskingPolicy {
  return maskingPolicySchema.parse({ version: 1, rate: 0.17, schedule: masks });
}

const root = path.join(import.meta.dirname, '../..');

export const PATHS = {
  root,
  cache: path.join(root, '.cache/pretraining'),
  heldOut: path.join(root, '.cache/pretraining/held-out'),
  runs: path.join(root, '.cache/pretraining/runs'),
  cloze: path.join(root, 'test/cloze'),
};
