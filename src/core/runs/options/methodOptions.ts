import type { RunOption } from './runOption.js';

export const METHODS = ['full', 'lora', 'bias-only'] as const;
export const NEW_HEADS = ['zeros', 'random'] as const;
export type NewHead = (typeof NEW_HEADS)[number];

/** Options for which weights are trained. */
export const METHOD_OPTIONS = {
  method: {
    group: 'method',
    type: 'choice',
    choices: METHODS,
    choiceHelp: {
      full: 'Train all weights.',
      lora: 'Train low-rank adapters (LoRA) and merge them into the model.',
      'bias-only': 'Train only the biases.',
    },
    preset: 'full',
    help: 'Weights to train: all weights, low-rank adapters, or only the biases',
    otherwise: 'full',
    example: 'lora',
    isSetting: true,
    related: ['loraRank', 'freeze'],
  },
  loraRank: {
    group: 'method',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 1024,
    preset: 8,
    help: 'Rank of the LoRA adapters',
    otherwise: '8',
    example: '16',
    isSetting: true,
    related: ['method'],
  },
  loraAlpha: {
    group: 'method',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 10_000,
    help: 'Scale of the LoRA adapters; their output is multiplied by alpha / rank',
    otherwise: 'twice the LoRA rank',
    example: '32',
    isSetting: true,
    related: ['method', 'loraRank'],
  },
  loraTargets: {
    group: 'method',
    type: 'list',
    shape: '<name,…>',
    help: 'Projections that get a LoRA adapter, such as query and value',
    otherwise: 'the usual projections of the model family',
    example: 'query,key,value',
    isSetting: true,
    related: ['method'],
  },
  keepAdapter: {
    group: 'method',
    type: 'switch',
    help: 'Save the LoRA adapter in the PEFT format in addition to the merged model',
    otherwise: 'only the merged model is saved',
    isSetting: true,
    related: ['method'],
  },
  freeze: {
    group: 'method',
    type: 'list',
    shape: '<part,…>',
    help: 'Weights to freeze: embeddings, layers=N for the lowest N layers, or parameter names with * as a wildcard',
    otherwise: 'nothing is frozen',
    example: 'embeddings,layers=6,*LayerNorm*',
    isSetting: true,
    related: ['method'],
  },
  newHead: {
    group: 'method',
    type: 'choice',
    choices: NEW_HEADS,
    preset: 'zeros',
    help: 'Output layer of a new head at the start: zeros, so that all labels are equally probable, or random values as in the model family',
    otherwise: 'zeros',
    example: 'random',
    isSetting: false,
  },
} as const satisfies Record<string, RunOption>;
