// What words of several pieces and joint fills are worth with the bundled model, or another, on
// documents that were held out of its training: the share of content words that can be proposed at
// all, ranks with and without the word list, and masks of one sentence filled jointly against one by
// one.
// usage: npm run eval:fills [-- --model <folder>] [--held-out <folder>] [--words <n>]
//          [--sentences <n>] [--json]
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatShare } from '../src/core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../src/core/models/bundled.js';
import { ENGLISH_WORDS_FILE } from '../src/core/predict/englishWords.js';
import { fillJointly } from '../src/core/predict/fillJointly.js';
import { fillMasks } from '../src/core/predict/fillMasks.js';
import type { MaskedLanguageModel } from '../src/core/predict/maskedLanguageModel.js';
import { predictWord } from '../src/core/predict/predictWord.js';
import { PIECE_COUNTS } from '../src/core/predict/longWords.js';
import { randomStream, shuffled } from '../src/core/random.js';
import { wordsIn, type TextRange } from '../src/core/text/words.js';
import { readWordList } from '../src/node/models/wordList.js';
import { loadPredictionModel } from '../src/node/models/predictionModel.js';
import { heldOutParagraphs } from './heldOutParagraphs.js';
import { isFunctionWord } from './pretraining/functionWords.js';
import { PATHS } from './pretraining/recipe.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: path.join(PATHS.root, BUNDLED_MODEL_FOLDER) },
    'held-out': { type: 'string', default: PATHS.heldOut },
    words: { type: 'string', default: '4000' },
    sentences: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
  },
});

const TOP = 5;
const ONLY_LETTERS = /^\p{L}{3,}$/u;

interface Occurrence {
  readonly paragraph: string;
  readonly word: TextRange;
  /** Words of the document without this occurrence. */
  readonly ownWords: readonly string[];
}

function contentWords(text: string): TextRange[] {
  return wordsIn(text).filter(({ start, end }) => {
    const word = text.slice(start, end);
    return ONLY_LETTERS.test(word) && !isFunctionWord(word);
  });
}

function occurrences(folder: string, most: number): Occurrence[] {
  const paragraphs = heldOutParagraphs(folder);
  const drawn = shuffled([...paragraphs.keys()], randomStream('eval-fills', 'words')).slice(
    0,
    most,
  );
  return drawn.flatMap((index) => {
    const { text: paragraph, document } = paragraphs[index]!;
    const words = contentWords(paragraph);
    if (words.length === 0) return [];
    const [word] = shuffled(words, randomStream('eval-fills', String(index)));
    const own = new Map<string, number>();
    for (const other of paragraphs) {
      if (other.document !== document) continue;
      for (const { start, end } of contentWords(other.text)) {
        const text = other.text.slice(start, end);
        own.set(text, (own.get(text) ?? 0) + 1);
      }
    }
    const answer = paragraph.slice(word!.start, word!.end);
    own.set(answer, own.get(answer)! - 1);
    const ownWords = [...own].filter(([, count]) => count > 0).map(([text]) => text);
    return [{ paragraph, word: word!, ownWords }];
  });
}

interface Shares {
  words: number;
  proposable: number;
  top1: number;
  top5: number;
}

async function measureWords(model: MaskedLanguageModel, most: number) {
  const english = await readWordList(path.join(PATHS.root, ENGLISH_WORDS_FILE));
  const known = new Set(english.map((word) => word.toLowerCase()));
  const { tokenizer } = model;
  const fresh = (): Shares => ({ words: 0, proposable: 0, top1: 0, top5: 0 });
  const rows = {
    'one piece, without lists': fresh(),
    'one piece, with lists': fresh(),
    'several pieces, with lists': fresh(),
    'all, without lists': fresh(),
    'all, with lists': fresh(),
  };
  let long = 0;
  for (const { paragraph, word, ownWords } of occurrences(values['held-out'], most)) {
    const answer = paragraph.slice(word.start, word.end).toLowerCase();
    const request = { text: paragraph, ...word, topK: TOP };
    const plain = await predictWord(model, request);
    const rich = await predictWord(model, { ...request, wordLists: [english, ownWords] });
    if (plain?.word == null || rich === null) continue;
    const { pieces } = plain.word;
    const isLong = pieces > 1;
    if (isLong) long++;
    const isListed = known.has(answer) || ownWords.some((own) => own.toLowerCase() === answer);
    const canBeProposed = !isLong || (isListed && PIECE_COUNTS.some((count) => count === pieces));
    const note = (name: keyof typeof rows, prediction: typeof plain, proposable: boolean): void => {
      const row = rows[name];
      const rank = prediction.candidates.findIndex((found) => found.word.toLowerCase() === answer);
      row.words++;
      if (proposable) row.proposable++;
      if (rank === 0) row.top1++;
      if (rank >= 0) row.top5++;
    };
    note('all, without lists', plain, !isLong);
    note('all, with lists', rich, canBeProposed);
    if (isLong) {
      note('several pieces, with lists', rich, canBeProposed);
    } else {
      note('one piece, without lists', plain, true);
      note('one piece, with lists', rich, true);
    }
  }
  return { vocabulary: tokenizer.vocabularySize, listed: english.length, long, rows };
}

/** A sentence with masks in the places of some words of one piece, not far from each other. */
function masked(
  model: MaskedLanguageModel,
  paragraph: string,
  { masks, seed }: { masks: number; seed: string },
): { text: string; starts: number[]; answers: string[] } | null {
  const { tokenizer } = model;
  const short = wordsIn(paragraph).filter(({ start, end }) => {
    const word = paragraph.slice(start, end);
    return /^\p{L}+$/u.test(word) && tokenizer.encode(` ${word}`).ids.length === 1;
  });
  if (short.length < 12) return null;
  const random = randomStream('eval-fills', seed);
  const from = Math.floor(random() * (short.length - 5));
  const chosen = shuffled(short.slice(from, from + 5), random)
    .slice(0, masks)
    .sort((a, b) => a.start - b.start);
  let text = '';
  let end = 0;
  const starts: number[] = [];
  for (const word of chosen) {
    text += paragraph.slice(end, word.start);
    starts.push(text.length);
    text += tokenizer.maskToken;
    end = word.end;
  }
  return {
    text: text + paragraph.slice(end),
    starts,
    answers: chosen.map(({ start, end: to }) => paragraph.slice(start, to).toLowerCase()),
  };
}

async function measureJoint(model: MaskedLanguageModel, masks: number, most: number) {
  const paragraphs = heldOutParagraphs(values['held-out']);
  const order = shuffled([...paragraphs.keys()], randomStream('eval-fills', `joint-${masks}`));
  const counts = {
    sentences: 0,
    allRight: { independent: 0, joint: 0 },
    wordsRight: { independent: 0, joint: 0 },
    onlyIndependent: 0,
    onlyJoint: 0,
  };
  for (const index of order) {
    if (counts.sentences === most) break;
    const task = masked(model, paragraphs[index]!.text, { masks, seed: `${masks}-${index}` });
    if (task === null) continue;
    const fills = await fillMasks(model, { text: task.text, topK: 1 });
    const [joint] = await fillJointly(model, { ...task, topK: 1 });
    if (joint === undefined || fills.length !== masks) continue;
    counts.sentences++;
    const rightOf = (words: readonly (string | undefined)[]): number =>
      words.filter((word, i) => word?.toLowerCase() === task.answers[i]).length;
    const independent = rightOf(fills.map(({ candidates }) => candidates[0]?.word));
    const together = rightOf(joint.words);
    counts.wordsRight.independent += independent;
    counts.wordsRight.joint += together;
    if (independent === masks) counts.allRight.independent++;
    if (together === masks) counts.allRight.joint++;
    if (independent === masks && together < masks) counts.onlyIndependent++;
    if (together === masks && independent < masks) counts.onlyJoint++;
  }
  return counts;
}

async function main(): Promise<void> {
  const model = await loadPredictionModel(values.model, { threads: os.availableParallelism() });
  const words = await measureWords(model, Number(values.words));
  const header = ['', 'words', 'can be proposed', 'top-1', `top-${TOP}`];
  const rows = Object.entries(words.rows).map(([name, row]) => [
    name,
    String(row.words),
    ...[row.proposable, row.top1, row.top5].map((count) => formatShare(count / row.words)),
  ]);
  for (const row of [header, ...rows]) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(17))).join(''));
  }
  const joint = new Map<number, Awaited<ReturnType<typeof measureJoint>>>();
  for (const masks of [2, 3]) {
    const found = await measureJoint(model, masks, Number(values.sentences));
    joint.set(masks, found);
    const share = (count: number): string => formatShare(count / found.sentences);
    console.log(
      `${masks} masks, ${found.sentences} sentences: all right ${share(found.allRight.independent)} ` +
        `one by one, ${share(found.allRight.joint)} jointly (only one by one ${found.onlyIndependent}, ` +
        `only jointly ${found.onlyJoint}); words right ` +
        `${formatShare(found.wordsRight.independent / found.sentences / masks)} and ` +
        formatShare(found.wordsRight.joint / found.sentences / masks),
    );
  }
  if (values.json) {
    console.log(JSON.stringify({ model: model.name, words, joint: Object.fromEntries(joint) }));
  }
  await model.release();
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
