import path from 'node:path';
import { maskingPolicySchema, type MaskingPolicy } from '../../src/core/masking/policy/policy.js';
import type { Architecture } from '../../src/core/models/newModel.js';
import type { NewModelSpec } from '../../src/core/runs/schema.js';
import type { RunOptions } from '../../src/core/runs/options.js';

/** Recipe of the bundled model; `docs/pretraining/trials.md` gives the reasons. */
export const VOCABULARY: NewModelSpec['vocabulary'] = {
  kind: 'trained',
  model: 'byte-wordpiece',
  size: 16_384,
  minFrequency: 3,
  lowercase: true,
};

/** Of the first stage; later stages have more layers. */
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
  readonly epochs: number;
  /** The rate rises again at the start of each stage and falls to 0 in the last one. */
  readonly schedule: 'constant' | 'linear';
  /** Shares of masked tokens: many while little is known, few at the end, as hovers ask. */
  readonly masks: { readonly from: number; readonly to: number };
}

export const STAGES: readonly Stage[] = [
  {
    ...{ name: 'narrow', text: 'text', isDeepened: false, epochs: 1, schedule: 'constant' },
    masks: { from: 0.4, to: 0.3 },
  },
  {
    ...{ name: 'deep', text: 'text', isDeepened: true, epochs: 1.2, schedule: 'constant' },
    masks: { from: 0.3, to: 0.22 },
  },
  {
    ...{ name: 'everyday', text: 'text-emphasized', isDeepened: false },
    ...{ epochs: 0.7, schedule: 'linear' },
    masks: { from: 0.22, to: 0.15 },
  },
];

export const OPTIONS: RunOptions = {
  task: 'masked-lm',
  heldOut: 0.01,
  batchSize: 16,
  maxLength: 128,
  cut: 'words',
  learningRate: 1e-3,
  // Half of the average is of the last 4.7 million tokens (Marek et al. 2025, arXiv:2507.07101).
  beta2: 0.9997,
  epsilon: 1e-6,
  warmupFraction: 0.02,
  evaluateEverySteps: 250,
  checkpointEverySteps: 250,
  threads: 2,
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
