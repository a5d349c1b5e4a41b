import { CODE_PARTS, DATA_FORMATS } from '../data/dataFormats.js';
import { CLEANING_STEPS } from '../cleaning/steps.js';

/**
 * Every choice that a person can make about a run, said once: the command line's flags and help,
 * the editor's settings, the limits of `run.json` and the documentation all come from this table.
 */

interface About {
  readonly group: OptionGroup;
  /** What it does, for a person; a sentence without its full stop. */
  readonly help: string;
  /** What happens where it is not given. */
  readonly otherwise: string;
  /** The flag where it is not the name in kebab case. */
  readonly flag?: string;
  /** A value, as on the command line; a switch has none. */
  readonly example?: string;
  /** Where the option can be set: on the command line only, or in the editor's settings as well. */
  readonly isSetting: boolean;
}

export interface NumberOption extends About {
  readonly type: 'number';
  readonly isWhole: boolean;
  /** The least number, or what it has to be above of. */
  readonly least?: number;
  readonly above?: number;
  readonly most: number;
  /** Words that it takes as well. */
  readonly words?: readonly string[];
}
export interface ChoiceOption extends About {
  readonly type: 'choice';
  readonly choices: readonly string[];
}
export interface SwitchOption extends About {
  readonly type: 'switch';
}
export interface TextOption extends About {
  readonly type: 'text';
  /** What the help shows for the value. */
  readonly shape: string;
  readonly pattern?: RegExp;
}
export interface ListOption extends About {
  readonly type: 'list';
  readonly shape: string;
  /** Where it takes no other words. */
  readonly choices?: readonly string[];
}
export type RunOption = NumberOption | ChoiceOption | SwitchOption | TextOption | ListOption;

export const OPTION_GROUPS = {
  data: 'Data and task',
  method: 'What is trained',
  training: 'Training',
  optimizer: 'Optimizer',
  loss: 'Loss',
  evaluation: 'Evaluation and result',
} as const;
export type OptionGroup = keyof typeof OPTION_GROUPS;

export const TASKS = ['masked-lm', 'classification', 'regression', 'token-classification'] as const;
export const METHODS = ['full', 'lora', 'bias-only'] as const;
export const OPTIMIZERS = ['adamw', 'adam', 'sgd', 'lion', 'adafactor'] as const;
export const SCHEDULES = ['linear', 'cosine', 'constant', 'polynomial'] as const;
export const PROVIDERS = ['cpu', 'webgpu', 'dml', 'cuda', 'coreml'] as const;
export const LOSSES = ['crossEntropy', 'binaryCrossEntropy', 'kl'] as const;

export const CUTS = ['sentences', 'words'] as const;
export const NEAR_DUPLICATES = ['together', 'drop'] as const;

export const RUN_OPTIONS = {
  task: {
    group: 'data',
    type: 'choice',
    choices: TASKS,
    help: 'What the model learns to do',
    otherwise: 'running text makes it masked-lm, tables tell by their labels',
    example: 'regression',
    isSetting: false,
  },
  format: {
    group: 'data',
    type: 'choice',
    choices: DATA_FORMATS,
    help: 'How the files are written',
    otherwise: "by each file's ending",
    example: 'conll',
    isSetting: false,
  },
  textColumn: {
    group: 'data',
    type: 'text',
    shape: '<name>',
    help: 'Column with the text, or with the words of a sentence',
    otherwise: 'guessed from the names',
    example: 'review',
    isSetting: false,
  },
  pairColumn: {
    group: 'data',
    type: 'text',
    shape: '<name>',
    help: 'Column with a second text; an empty name for none',
    otherwise: 'guessed from the names',
    example: 'hypothesis',
    isSetting: false,
  },
  labelColumn: {
    group: 'data',
    type: 'list',
    shape: '<name,…>',
    help: 'Column with the label, number or tags; several for several numbers, or for labels of 0 and 1',
    otherwise: 'guessed from the names',
    example: 'stars',
    isSetting: false,
  },
  labelDelimiter: {
    group: 'data',
    type: 'text',
    shape: '<text>',
    help: 'What separates several labels in one value',
    otherwise: 'one label a value, or a JSON list of them',
    example: '";"',
    isSetting: false,
  },
  groupColumn: {
    group: 'data',
    type: 'text',
    shape: '<name>',
    help: 'Column whose rows stay in one split where they share a value, such as a patient or a thread',
    otherwise: 'rows are split by their content',
    example: 'author',
    isSetting: false,
  },
  splitColumn: {
    group: 'data',
    type: 'text',
    shape: '<name>',
    help: 'Column that says which split a row is of: train, validation or test',
    otherwise: 'rows are split by their content',
    example: 'split',
    isSetting: false,
  },
  nearDuplicates: {
    group: 'data',
    type: 'choice',
    choices: NEAR_DUPLICATES,
    help: 'Looks for texts that are nearly the same (MinHash), and keeps them together in one split or drops all but the first',
    otherwise: 'only equal texts stay together',
    example: 'together',
    isSetting: true,
  },
  clean: {
    group: 'data',
    type: 'list',
    choices: CLEANING_STEPS,
    shape: '<step,…>',
    help: `Cleans the text first, in steps: ${CLEANING_STEPS.join(', ')}`,
    otherwise: 'the text as it is',
    example: 'html,urls',
    isSetting: true,
  },
  code: {
    group: 'data',
    type: 'choice',
    choices: CODE_PARTS,
    help: 'Reads source code as text too: its comments and docstrings, or all of it',
    otherwise: 'source code is left out',
    example: 'comments',
    isSetting: true,
  },
  skipBad: {
    group: 'data',
    type: 'switch',
    help: 'Leaves out rows and files that cannot be read, and says how many',
    otherwise: 'the first one ends it, with its file and row',
    isSetting: true,
  },
  heldOut: {
    group: 'data',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 0.5,
    help: 'Share of the data kept out of training, to measure on',
    otherwise: '0.1',
    example: '0.2',
    isSetting: true,
  },
  test: {
    group: 'data',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 0.5,
    help: 'Share of the data that only the finished model is measured on, once',
    otherwise: '0',
    example: '0.1',
    isSetting: true,
  },
  method: {
    group: 'method',
    type: 'choice',
    choices: METHODS,
    help: 'Train all weights, low-rank adapters beside them, or the biases alone',
    otherwise: 'full',
    example: 'lora',
    isSetting: true,
  },
  loraRank: {
    group: 'method',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 1024,
    help: 'Rank of the adapters',
    otherwise: '8',
    example: '16',
    isSetting: true,
  },
  loraAlpha: {
    group: 'method',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 10_000,
    help: 'Scale of the adapters: they count alpha / rank',
    otherwise: 'twice the rank',
    example: '32',
    isSetting: true,
  },
  loraTargets: {
    group: 'method',
    type: 'list',
    shape: '<name,…>',
    help: 'Projections that get adapters, such as query,value',
    otherwise: 'those usual for the family',
    example: 'query,key,value',
    isSetting: true,
  },
  keepAdapter: {
    group: 'method',
    type: 'switch',
    help: 'Also leave the adapters by themselves, in the layout of PEFT',
    otherwise: 'only the merged model is left',
    isSetting: true,
  },
  freeze: {
    group: 'method',
    type: 'list',
    shape: '<what,…>',
    help: 'What stays as it is: embeddings, layers=N for the lowest N, or names with *',
    otherwise: 'nothing',
    example: 'embeddings,layers=6,*LayerNorm*',
    isSetting: true,
  },
  epochs: {
    group: 'training',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 10_000,
    help: 'Passes over the training data',
    otherwise: 'by the amount of data: little gets more passes',
    example: '3',
    isSetting: true,
  },
  batchSize: {
    group: 'training',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 4096,
    words: ['auto'],
    help: 'Sequences in a batch; auto makes it as large as memory allows, and a step the same',
    otherwise: '16',
    example: 'auto',
    isSetting: true,
  },
  memory: {
    group: 'training',
    type: 'text',
    shape: '<4GB>',
    pattern: /^\d+(\.\d+)?\s*[GM]B$/i,
    help: 'Most memory the trainer may take: batches are made as large as fits, with accumulation and recomputed layers where needed',
    otherwise: 'not looked at; with --batch-size auto, half of what the machine has',
    example: '4GB',
    isSetting: true,
  },
  maxLength: {
    group: 'training',
    type: 'number',
    isWhole: true,
    least: 8,
    most: 8192,
    help: 'Tokens in a sequence, special tokens included',
    otherwise: '128, or what the model takes if that is less',
    example: '256',
    isSetting: true,
  },
  accumulation: {
    group: 'training',
    flag: 'accumulate',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 4096,
    help: 'Batches whose gradients are added up before a step',
    otherwise: '1',
    example: '4',
    isSetting: true,
  },
  packing: {
    group: 'training',
    type: 'switch',
    help: 'Fill sequences with several short texts (masked-lm)',
    otherwise: 'each text has its own sequence',
    isSetting: true,
  },
  cut: {
    group: 'training',
    type: 'choice',
    choices: CUTS,
    help: 'Where running text is cut into sequences: at the end of a paragraph or sentence where one is near, or wherever one is full, which wastes no room',
    otherwise: 'sentences',
    example: 'words',
    isSetting: true,
  },
  dropout: {
    group: 'training',
    type: 'switch',
    help: "Dropout at the rates of the model's config.json",
    otherwise: 'no dropout',
    isSetting: true,
  },
  seed: {
    group: 'training',
    type: 'number',
    isWhole: true,
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    help: 'Seeds data order, masking, dropout and new weights',
    otherwise: '0',
    example: '7',
    isSetting: true,
  },
  threads: {
    group: 'training',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 256,
    help: 'Threads of the trainer; results are reproducible for a fixed number',
    otherwise: 'the cores of this machine, at most 8',
    example: '4',
    isSetting: true,
  },
  executionProvider: {
    group: 'training',
    flag: 'provider',
    type: 'choice',
    choices: PROVIDERS,
    help: 'Where ONNX Runtime computes; one that does not work here gives way to cpu, and says so',
    otherwise: 'cpu',
    example: 'webgpu',
    isSetting: true,
  },
  recompute: {
    group: 'training',
    type: 'switch',
    help: 'Compute layers again in the backward pass instead of keeping them: less memory, a third more time',
    otherwise: 'activations are kept',
    isSetting: true,
  },
  optimizer: {
    group: 'optimizer',
    type: 'choice',
    choices: OPTIMIZERS,
    help: 'Rule of the weight updates',
    otherwise: 'adamw',
    example: 'lion',
    isSetting: true,
  },
  learningRate: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 1,
    help: 'Peak learning rate, reached after the warm-up',
    otherwise:
      "by the model's size, method and optimizer: 1e-3 for the bundled one, 5e-5 for BERT-base",
    example: '2e-5',
    isSetting: true,
  },
  findLearningRate: {
    group: 'optimizer',
    type: 'switch',
    help: 'Look for a learning rate first, by a short sweep over growing ones',
    otherwise: 'no sweep',
    isSetting: true,
  },
  weightDecay: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 1,
    help: 'Weight decay, decoupled except with adam and sgd; biases and norms are left out',
    otherwise: '0.01 for adamw and lion, 0 for the others',
    example: '0.1',
    isSetting: true,
  },
  momentum: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 0.9999,
    help: 'Momentum of sgd',
    otherwise: '0.9',
    example: '0.95',
    isSetting: true,
  },
  maxGradientNorm: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 1e30,
    help: 'Gradients are clipped to this global norm',
    otherwise: '1',
    example: '5',
    isSetting: true,
  },
  layerDecay: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 1,
    help: 'Factor of the learning rate from each layer to the one below',
    otherwise: '1, the same rate everywhere',
    example: '0.9',
    isSetting: true,
  },
  schedule: {
    group: 'optimizer',
    type: 'choice',
    choices: SCHEDULES,
    help: 'How the learning rate falls after the warm-up',
    otherwise: 'linear',
    example: 'cosine',
    isSetting: true,
  },
  schedulePower: {
    group: 'optimizer',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 100,
    help: 'Power of the polynomial schedule',
    otherwise: '2',
    example: '1',
    isSetting: true,
  },
  warmupFraction: {
    group: 'optimizer',
    flag: 'warmup',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 1,
    help: 'Share of the steps in which the learning rate rises from nothing',
    otherwise: '0.06',
    example: '0.1',
    isSetting: true,
  },
  loss: {
    group: 'loss',
    type: 'choice',
    choices: LOSSES,
    help: 'Loss of classification; kl learns distributions, one number column a label',
    otherwise: 'crossEntropy, or binaryCrossEntropy where a text has several labels',
    example: 'kl',
    isSetting: false,
  },
  labelSmoothing: {
    group: 'loss',
    type: 'number',
    isWhole: false,
    least: 0,
    most: 0.999,
    help: 'Share of the probability spread over all labels',
    otherwise: '0',
    example: '0.1',
    isSetting: true,
  },
  classWeights: {
    group: 'loss',
    type: 'text',
    shape: 'balanced|<w,…>',
    pattern: /^(balanced|[\d.eE+-]+(,[\d.eE+-]+)*)$/,
    help: 'balanced weighs rare labels more; else one number a label, in their order',
    otherwise: 'all count alike',
    example: 'balanced',
    isSetting: true,
  },
  masking: {
    group: 'loss',
    type: 'text',
    shape: '<policy>',
    help: 'What is masked, by a policy: a .mask.json file, or the name of one of the gallery (masked-lm)',
    otherwise: "BERT's: 15% of the tokens at random",
    example: 'opinion.mask.json',
    isSetting: true,
  },
  maskingRate: {
    group: 'loss',
    type: 'number',
    isWhole: false,
    above: 0,
    most: 0.9,
    help: 'Share of the text that is masked at random, instead of what the policy says (masked-lm)',
    otherwise: "the policy's, 0.15 for BERT's",
    example: '0.3',
    isSetting: true,
  },
  evaluateEverySteps: {
    group: 'evaluation',
    flag: 'evaluate-every',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 1e9,
    help: 'Steps between measurements on held-out data',
    otherwise: 'about eight in a run',
    example: '50',
    isSetting: true,
  },
  checkpointEverySteps: {
    group: 'evaluation',
    flag: 'checkpoint-every',
    type: 'number',
    isWhole: true,
    least: 1,
    most: 1e9,
    help: 'Steps between checkpoints',
    otherwise: 'as often as measured',
    example: '200',
    isSetting: true,
  },
  earlyStopping: {
    group: 'evaluation',
    type: 'text',
    shape: '<metric:patience>',
    pattern: /^[a-zA-Z0-9]+:[1-9]\d*$/,
    help: 'Stop after so many measurements in which the metric got no better, such as loss:3',
    otherwise: 'the run goes to its end',
    example: 'macroF1:3',
    isSetting: true,
  },
  restoreBest: {
    group: 'evaluation',
    type: 'switch',
    help: 'Leave the best model of the run instead of the last',
    otherwise: 'the last is left',
    isSetting: true,
  },
  noExampleScores: {
    group: 'evaluation',
    type: 'switch',
    help: 'Leave out heldout.jsonl and test.jsonl, the predictions and losses of single examples',
    otherwise: 'a finished run writes them',
    isSetting: true,
  },
  traceSteps: {
    group: 'evaluation',
    flag: 'trace',
    type: 'number',
    isWhole: true,
    least: 0,
    most: 1000,
    help: 'Write the first steps down, for replay in another framework',
    otherwise: '0',
    example: '20',
    isSetting: false,
  },
} as const satisfies Record<string, RunOption>;

export type RunOptionName = keyof typeof RUN_OPTIONS;
export const RUN_OPTION_NAMES = Object.keys(RUN_OPTIONS) as RunOptionName[];

type ValueOf<O extends RunOption> = O extends { type: 'number' }
  ? number | (O extends { words: readonly (infer W)[] } ? W : never)
  : O extends { type: 'choice'; choices: readonly (infer C)[] }
    ? C
    : O extends { type: 'switch' }
      ? boolean
      : O extends { type: 'list' }
        ? readonly string[]
        : string;

/** What a person chose; the rest follows from data and model. */
export type RunOptions = {
  readonly [K in RunOptionName]?: ValueOf<(typeof RUN_OPTIONS)[K]>;
};

/** `--evaluate-every` for `evaluateEverySteps`. */
export function flagOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  return option.flag ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What an option takes, in words: `a whole number from 1 to 4096`. */
export function describeValue(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  switch (option.type) {
    case 'number': {
      const kind = option.isWhole ? 'a whole number' : 'a number';
      const from =
        option.least === undefined ? `above ${option.above ?? 0}` : `from ${option.least}`;
      const words = (option.words ?? []).map((word) => `, or ${word}`).join('');
      return option.least === undefined
        ? `${kind} ${from} and at most ${option.most}${words}`
        : `${kind} ${from} to ${option.most}${words}`;
    }
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'switch':
      return 'true or false';
    case 'list':
      return option.choices === undefined
        ? 'a list of names'
        : `a list of ${option.choices.join(', ')}`;
    case 'text':
      return option.pattern === undefined ? 'a text' : option.shape;
  }
}

/**
 * Reads an option from a text of the command line or a value of the settings. Null where it is no
 * value that any run can use.
 */
export function readOption<K extends RunOptionName>(name: K, value: unknown): RunOptions[K] | null {
  return parse(RUN_OPTIONS[name], value) as RunOptions[K] | null;
}

function parse(option: RunOption, value: unknown): unknown {
  switch (option.type) {
    case 'number': {
      if (typeof value === 'string' && option.words?.includes(value) === true) return value;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && isWithin(option, number) ? number : null;
    }
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value) ? value : null;
    case 'switch':
      return typeof value === 'boolean' ? value : null;
    case 'list': {
      const parts = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(parts)) return null;
      const words = parts.map((part: unknown) => (typeof part === 'string' ? part.trim() : ''));
      const isKnown = (word: string): boolean => option.choices?.includes(word) ?? word !== '';
      return words.length > 0 && words.every(isKnown) ? words : null;
    }
    case 'text':
      return typeof value === 'string' && (option.pattern?.test(value) ?? true) ? value : null;
  }
}

function isWithin({ isWhole, least, above, most }: NumberOption, number: number): boolean {
  return (
    Number.isFinite(number) &&
    (!isWhole || Number.isInteger(number)) &&
    (least === undefined || number >= least) &&
    (above === undefined || number > above) &&
    number <= most
  );
}
