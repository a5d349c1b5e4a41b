// Precision and recall of word suggestions on documents that were held out of the training of the
// bundled model: one error is put into each paragraph, and the same paragraphs are read without errors.
// Margins are chosen on one half of the documents and measured on the other. Errors are random typing
// errors, misspellings of the Birkbeck corpus (Debian's python3-pattern, which is only read), words that
// sound alike, and words that are one edit away.
// usage: npm run eval:suggestions [-- --model <folder>] [--held-out <folder>] [--paragraphs <n>]
//          [--skip <n>] [--mistyped] [--json <file>]
// --skip leaves out the paragraphs that come first in the drawn order, such as those on which the thresholds
// in use were chosen (2,000).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BUNDLED_MODEL_FOLDER } from '../src/core/models/bundled.js';
import { Confusables } from '../src/core/predict/confusables.js';
import { CONFUSIONS, type Confusion } from '../src/core/predict/confusion.js';
import { CONFUSED_WORDS } from '../src/core/predict/confusedWords.js';
import { ENGLISH_WORDS_FILE } from '../src/core/predict/englishWords.js';
import type { MaskedLanguageModel } from '../src/core/predict/maskedLanguageModel.js';
import { scoreWords } from '../src/core/predict/scoreWords.js';
import {
  chooseSuggestions,
  scoreConfusables,
  type ScoredConfusable,
} from '../src/core/predict/suggestWords.js';
import { suspectWords } from '../src/core/predict/suspectWords.js';
import {
  lowest,
  NEVER,
  THRESHOLDS,
  type Threshold,
  type Thresholds,
} from '../src/core/predict/wordSuggestion.js';
import { randomStream, shuffled } from '../src/core/random.js';
import { wilsonInterval } from '../src/core/stats/intervals.js';
import { wordsIn } from '../src/core/text/words.js';
import { loadPredictionModel } from '../src/node/models/predictionModel.js';
import { readWordList } from '../src/node/models/wordList.js';
import { heldOutParagraphs } from './heldOutParagraphs.js';
import { fetchPackage } from './pretraining/packages.js';
import { PATHS } from './pretraining/recipe.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: path.join(PATHS.root, BUNDLED_MODEL_FOLDER) },
    'held-out': { type: 'string', default: PATHS.heldOut },
    paragraphs: { type: 'string', default: '1500' },
    skip: { type: 'string', default: '0' },
    mistyped: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const PRECISION = 0.99;
/** Thresholds of replacements that are scored. */
const LOW: Thresholds = {
  misspelled: { margin: 5, probability: 0.02 },
  confused: { margin: 3, probability: 0.02 },
  mistyped: values.mistyped ? { margin: 5, probability: 0.02 } : NEVER,
};
const BIRKBECK = 'usr/share/doc/python3-pattern/test/corpora/spelling-birkbeck.csv';
const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

const ALL_ERRORS = ['typing error', 'misspelling', 'sounds alike', 'other word'] as const;
type ErrorKind = (typeof ALL_ERRORS)[number];
const ERRORS = ALL_ERRORS.filter((kind) => values.mistyped || kind !== 'other word');

interface Sample {
  readonly text: string;
  readonly document: number;
  readonly source: string;
  /** The error that was put in; `null` in clean text. */
  readonly error: {
    readonly kind: ErrorKind;
    readonly start: number;
    readonly right: string;
    readonly wrong: string;
  } | null;
}

interface Scored extends Sample {
  readonly words: number;
  readonly found: readonly ScoredConfusable[];
}

function typingError(word: string, random: () => number): string {
  const at = Math.floor(random() * word.length);
  const key = neighborKey(word[at]!, random);
  switch (Math.floor(random() * 4)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + key + word.slice(at);
    case 2:
      return word.slice(0, at) + key + word.slice(at + 1);
    default:
      return word.slice(0, at) + (word[at + 1] ?? '') + word[at]! + word.slice(at + 2);
  }
}

function neighborKey(letter: string, random: () => number): string {
  const row = KEYS.find((keys) => keys.includes(letter)) ?? KEYS[0]!;
  const at = row.indexOf(letter) + (random() < 0.5 ? -1 : 1);
  return row[Math.min(Math.max(at, 0), row.length - 1)]!;
}

function misspellings(): Map<string, string[]> {
  const { folder } = fetchPackage({ kind: 'debian', name: 'python3-pattern' });
  const rows = fs.readFileSync(path.join(folder, BIRKBECK), 'utf8').trim().split('\n');
  return new Map(
    rows.map((row) => {
      const [right = '', wrong = ''] = row.replace('\uFEFF', '').replaceAll('"', '').split(',');
      return [right, wrong.trim().split(' ')];
    }),
  );
}

/** Puts one error into a text; `null` if there is no word for it. */
function withError(
  sample: Sample,
  confusables: Confusables,
  birkbeck: ReadonlyMap<string, readonly string[]>,
): Sample | null {
  const { text } = sample;
  const random = randomStream('eval-suggestions', text);
  const words = shuffled(suspectWords(text), random);
  for (const kind of shuffled([...ERRORS], random)) {
    for (const { start, end } of words) {
      const right = text.slice(start, end);
      const choices = errorsOf(right, kind, { confusables, birkbeck, random });
      const [wrong] = shuffled(choices, random);
      if (wrong === undefined) continue;
      const corrupted = text.slice(0, start) + wrong + text.slice(end);
      return { ...sample, text: corrupted, error: { kind, start, right, wrong } };
    }
  }
  return null;
}

function errorsOf(
  right: string,
  kind: ErrorKind,
  options: {
    readonly confusables: Confusables;
    readonly birkbeck: ReadonlyMap<string, readonly string[]>;
    readonly random: () => number;
  },
): readonly string[] {
  const { confusables, birkbeck, random } = options;
  const differs = (word: string): boolean => word !== right;
  switch (kind) {
    case 'typing error':
      return right.length < 4 || !confusables.knows(right)
        ? []
        : [typingError(right, random)].filter((word) => differs(word) && !confusables.knows(word));
    case 'misspelling':
      return (birkbeck.get(right) ?? []).filter(
        (word) => differs(word) && !confusables.knows(word),
      );
    case 'sounds alike':
      return CONFUSED_WORDS.get(right) ?? [];
    case 'other word':
      return right.length < 4
        ? []
        : confusables
            .of(right)
            .filter(({ confusion }) => confusion === 'mistyped')
            .map(({ word }) => word);
  }
}

async function score(
  model: MaskedLanguageModel,
  sample: Sample,
  confusables: Confusables,
): Promise<Scored> {
  const { text } = sample;
  const all = wordsIn(text);
  const scored = await scoreWords(model, { text, words: all, isPacked: true });
  const words = scored.filter(({ surprisal }) => (surprisal ?? 0) * Math.LN2 >= lowest(LOW).margin);
  const found = await scoreConfusables(model, { text, words, confusables, thresholds: LOW });
  return { ...sample, words: all.length, found };
}

/** A suggestion that is right proposes the word in whose place the error is. */
function isRight({ error }: Sample, found: { start: number; replacement: string }): boolean {
  return error !== null && error.start === found.start && error.right === found.replacement;
}

interface Figures {
  suggested: number;
  right: number;
}

/** Suggestions in texts with errors, and of them those that are right, for each relation. */
function figuresOf(samples: readonly Scored[], thresholds: Thresholds): Record<Confusion, Figures> {
  const figures = Object.fromEntries(
    CONFUSIONS.map((confusion) => [confusion, { suggested: 0, right: 0 }]),
  ) as Record<Confusion, Figures>;
  for (const sample of samples) {
    for (const found of chooseSuggestions(sample.found, thresholds)) {
      figures[found.confusion].suggested++;
      if (isRight(sample, found)) figures[found.confusion].right++;
    }
  }
  return figures;
}

/** Tried thresholds. */
const TRIED: readonly Threshold[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16].flatMap(
  (margin) =>
    [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9].flatMap((probability) =>
      [0, 1, 2].map((lead) => ({ margin, probability, lead })),
    ),
);

/** The threshold at which most suggestions of a relation are right, of those that are precise enough. */
function thresholdOf(samples: readonly Scored[], confusion: Confusion): Threshold {
  const none: Thresholds = { misspelled: NEVER, confused: NEVER, mistyped: NEVER };
  let best = { threshold: NEVER, right: 0 };
  for (const threshold of TRIED) {
    const { suggested, right } = figuresOf(samples, { ...none, [confusion]: threshold })[confusion];
    if (right >= PRECISION * suggested && right > best.right) best = { threshold, right };
  }
  return best.threshold;
}

function report(title: string, samples: readonly Scored[], thresholds: Thresholds): void {
  const wrong = samples.filter(({ error }) => error !== null);
  const clean = samples.filter(({ error }) => error === null);
  const figures = figuresOf(wrong, thresholds);
  console.log(title, JSON.stringify(thresholds));
  for (const confusion of CONFUSIONS) {
    const { suggested, right } = figures[confusion];
    const { low, high } = wilsonInterval(right, suggested);
    const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
    console.log(
      `  ${confusion}: ${suggested} suggestions, ${right} right (${percent(right / suggested)}, 95% interval ${percent(low)} to ${percent(high)})`,
    );
  }
  for (const kind of ERRORS) {
    const those = wrong.filter(({ error }) => error?.kind === kind);
    const found = those.filter((sample) =>
      chooseSuggestions(sample.found, thresholds).some((one) => isRight(sample, one)),
    );
    console.log(
      `  errors, ${kind}: ${those.length}, ${found.length} found (${(100 * found.length) / those.length}%)`,
    );
  }
  const words = clean.reduce((sum, sample) => sum + sample.words, 0);
  const alarms = clean.reduce(
    (sum, { found }) => sum + chooseSuggestions(found, thresholds).length,
    0,
  );
  console.log(`  clean: ${alarms} in ${words} words (${(1000 * alarms) / words} in 1,000)`);
}

async function main(): Promise<void> {
  const model = await loadPredictionModel(values.model, { threads: os.availableParallelism() });
  const english = await readWordList(path.join(PATHS.root, ENGLISH_WORDS_FILE));
  const confusables = new Confusables(english);
  const birkbeck = misspellings();
  const paragraphs = heldOutParagraphs(values['held-out']);
  const order = shuffled([...paragraphs.keys()], randomStream('eval-suggestions', 'paragraphs'));
  const scored: Scored[] = [];
  const first = Number(values.skip);
  for (const index of order.slice(first, first + Number(values.paragraphs))) {
    const clean: Sample = { ...paragraphs[index]!, error: null };
    const corrupted = withError(clean, confusables, birkbeck);
    for (const sample of corrupted === null ? [clean] : [clean, corrupted]) {
      scored.push(await score(model, sample, confusables));
    }
  }
  if (values.json !== undefined) fs.writeFileSync(values.json, JSON.stringify(scored));
  const halves = [0, 1].map((half) => scored.filter(({ document }) => document % 2 === half));
  const withErrors = halves[0]!.filter(({ error }) => error !== null);
  const thresholds = Object.fromEntries(
    CONFUSIONS.map((confusion) => [confusion, thresholdOf(withErrors, confusion)]),
  ) as unknown as Thresholds;
  report('First half, on which thresholds are chosen', halves[0]!, thresholds);
  report('Second half', halves[1]!, thresholds);
  report('Second half, with the thresholds in use', halves[1]!, THRESHOLDS);
  report('All, with the thresholds in use', scored, THRESHOLDS);
  await model.release();
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
