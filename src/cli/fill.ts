import os from 'node:os';
import path from 'node:path';
import { formatProbability } from '../core/format.js';
import { ENGLISH_WORDS_FILE } from '../core/predict/englishWords.js';
import {
  FEWEST_JOINT,
  fillJointly,
  MOST_JOINT,
  type JointFill,
} from '../core/predict/fillJointly.js';
import { fillMasks, type MaskFill } from '../core/predict/fillMasks.js';
import type { MaskedLanguageModel } from '../core/predict/maskedLanguageModel.js';
import { masksIn, spellMasks, type WrittenMask } from '../core/predict/spelledMasks.js';
import type { TextRange } from '../core/text/words.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { readWordList } from '../node/models/wordList.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const BAR_CELLS = 20;

export const FILL: CommandShape = {
  name: 'fill',
  group: 'models',
  usage: '"<text with [MASK]>" [options]',
  summary: 'Predict the masked words of a text',
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
      otherwise: 'the bundled model',
    },
    'top-k': { shape: '<n>', help: 'Number of predictions per mask', otherwise: '5' },
    target: {
      shape: '<word>',
      multiple: true,
      help: 'Also print the probability of this word. Repeat the flag for several words',
    },
    json: { help: 'Print one JSON object instead of lines' },
  },
  examples: [
    'masklab fill "The quick brown [MASK] jumps" --target fox',
    'masklab fill "The quick brown [MASK:fox|dog|cat] jumps"',
    'masklab fill "The ____ of the ____" --model my-model --top-k 3 --json',
  ],
};

export async function fillCommand(values: CommandValues): Promise<void> {
  const text = values.positionals.join(' ');
  if (text.trim() === '') {
    throw usageError(
      '"masklab fill" requires a text with a mask, such as "The [MASK] jumps".',
      FILL.name,
    );
  }
  const topK = countOf(FILL, values, 'top-k') ?? 5;
  const folder = modelFolderOf(values.text('model'));
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const targets = values.list('target');
    const written = masksIn(text, model.tokenizer.maskToken);
    if (written.length === 0) {
      throw new CommandLineError(
        'The text has no mask.',
        'Write [MASK] or ____ in place of a word, or [MASK:fox|dog] to compare words.',
      );
    }
    const { masks, excerpts, together } = await fillAll(model, { text, written, topK, targets });
    if (values.has('json')) {
      printJson({ model: { name: model.name, folder }, text, masks, together });
    } else {
      print(masks.map((mask, i) => show(excerpts[i]!, mask)).join('\n\n'));
      if (together.length > 0) print(`\n${showTogether(together)}`);
      print(`\nmodel: ${model.name}`);
    }
  } finally {
    await model.release();
  }
}

interface Fills {
  readonly masks: readonly MaskFill[];
  /** Text around each mask, with masks as the model spells them. */
  readonly excerpts: readonly string[];
  /** Fills of all masks together, best first; none for a single mask, and for very many. */
  readonly together: readonly Pick<JointFill, 'words' | 'probability'>[];
}

async function fillAll(
  model: MaskedLanguageModel,
  {
    text,
    written,
    topK,
    targets,
  }: {
    readonly text: string;
    readonly written: readonly WrittenMask[];
    readonly topK: number;
    readonly targets: readonly string[];
  },
): Promise<Fills> {
  const spelled = spellMasks(text, written, model.tokenizer.maskToken);
  const words = await readWordList(path.join(__dirname, '..', ENGLISH_WORDS_FILE));
  const request = { text: spelled.text, topK, wordLists: [words] };
  const masks: MaskFill[] = [];
  for (const [index, { start, end, targets: own }] of written.entries()) {
    const ranked = [...new Set([...own, ...targets])];
    const [fill] = await fillMasks(model, {
      ...request,
      targets: ranked,
      within: spelled.masks[index]!,
    });
    masks.push({ ...fill!, start, end });
  }
  const isJoint = written.length >= FEWEST_JOINT && written.length <= MOST_JOINT;
  const excerpts = spelled.masks.map((mask) => excerptOf(spelled.text, mask));
  if (!isJoint || written.some((mask) => mask.targets.length > 0)) {
    return { masks, excerpts, together: [] };
  }
  const starts = spelled.masks.map(({ start }) => start);
  return {
    masks,
    excerpts,
    together: await fillJointly(model, { text: spelled.text, starts, topK }),
  };
}

function showTogether(fills: Fills['together']): string {
  return [
    'All masks together (chain rule, surest mask first):',
    ...fills.map(
      ({ words, probability }) => `  ${words.join(' · ')} ${formatProbability(probability)}`,
    ),
  ].join('\n');
}

function excerptOf(text: string, { start, end }: TextRange): string {
  return text.slice(Math.max(0, start - 30), end + 30).replace(/\s+/g, ' ');
}

/** Lines for one mask: its context, its candidates with probabilities as bars, and the target words. */
function show(excerpt: string, { candidates, targets, lowConfidence }: MaskFill): string {
  const width = Math.max(...[...candidates, ...targets].map(({ word }) => word.length));
  const line = (word: string, probability: number): string =>
    `  ${word.padEnd(width)} ${formatProbability(probability).padStart(7)} ${'█'.repeat(Math.round(probability * BAR_CELLS))}`;
  return [
    excerpt,
    ...candidates.map(({ word, probability }) => line(word, probability).trimEnd()),
    ...(targets.length > 0 ? ['  targets:'] : []),
    ...targets.map(({ word, probability }) =>
      probability === null
        ? `  ${word.padEnd(width)} not in this model's vocabulary`
        : line(word, probability).trimEnd(),
    ),
    ...(lowConfidence ? ['  low confidence'] : []),
  ].join('\n');
}
