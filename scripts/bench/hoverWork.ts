import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { wordsIn, type TextRange } from '../../src/core/text/words.js';
import { MOST_WORD_LENGTH } from '../../src/core/predict/candidateWords.js';
import { blocksIn } from '../../src/host/predictions/surprisal/textBlocks.js';

/** A word to hover over: in its sentence, and in the document that the editor would send. */
export interface HoverTask {
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
  /** The sentence with the word masked. */
  readonly masked: string;
  readonly window: { readonly text: string; readonly start: number; readonly end: number };
}

/** Characters on each side of the word, as the editor sends them. */
const CONTEXT_CHARACTERS = 1500;

/** Words in the middle of different sentences of the example workspace, evenly spread over it. */
export function hoverTasks(folder: string, count: number): HoverTask[] {
  const tasks: HoverTask[] = [];
  for (const name of readdirSync(folder).sort()) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    for (const { 0: found, index } of text.matchAll(/[A-Z][^.!?]{40,160}[.!?]/g)) {
      const sentence = found.replace(/\s/g, ' ');
      const words = wordsIn(sentence).filter(({ start, end }) => end - start >= 4);
      const word = words[words.length >> 1];
      if (word === undefined || !/^[a-z]+$/.test(sentence.slice(word.start, word.end))) continue;
      const from = Math.max(0, index + word.start - CONTEXT_CHARACTERS);
      tasks.push({
        sentence,
        ...word,
        masked: `${sentence.slice(0, word.start)}[MASK]${sentence.slice(word.end)}`,
        window: {
          text: text.slice(from, index + word.end + CONTEXT_CHARACTERS),
          start: index + word.start - from,
          end: index + word.end - from,
        },
      });
    }
  }
  const stride = Math.floor(tasks.length / count);
  if (stride < 1) throw new Error(`${folder} has only ${tasks.length} sentences.`);
  return Array.from({ length: count }, (_, i) => tasks[i * stride]!);
}

/** Different words of the documents of a folder, as the editor sends them to be proposed. */
export function wordsOfDocuments(folder: string, most: number): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(folder).sort()) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    for (const { start, end } of wordsIn(text)) {
      if (end - start <= MOST_WORD_LENGTH) found.add(text.slice(start, end));
      if (found.size === most) return [...found];
    }
  }
  return [...found];
}

/** Text of an editor's screen with 60 lines, with the blocks in which the editor scores it. */
export interface ScreenTask {
  readonly blocks: readonly { readonly text: string; readonly words: TextRange[] }[];
  readonly words: number;
}

const SCREEN_LINES = 60;
const LINE_CHARACTERS = 80;

/** Screens of different chapters, wrapped at 80 characters. */
export function screenTasks(folder: string, count: number): ScreenTask[] {
  const tasks: ScreenTask[] = [];
  for (const name of readdirSync(folder).sort()) {
    const paragraphs = readFileSync(path.join(folder, name), 'utf8').split(/\n\s*\n/);
    const lines = paragraphs.flatMap((paragraph) => [...wrapped(paragraph), '']);
    if (lines.length < SCREEN_LINES) continue;
    const document = { lineCount: SCREEN_LINES, textOf: (line: number) => lines[line]! };
    const blocks = blocksIn(document, { first: 0, last: SCREEN_LINES - 1 }).map(({ text }) => ({
      text,
      words: wordsIn(text),
    }));
    tasks.push({ blocks, words: blocks.reduce((sum, { words }) => sum + words.length, 0) });
    if (tasks.length === count) return tasks;
  }
  throw new Error(`${folder} has only ${tasks.length} screens.`);
}

function wrapped(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line.length + word.length + 1 > LINE_CHARACTERS) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Characters on each side of a masked word: few enough for a model of 128 tokens. */
const PEER_CHARACTERS = 160;

/** The text around a word, which is masked. */
export function maskedAt(text: string, { start, end }: TextRange): string {
  const before = text.slice(Math.max(0, start - PEER_CHARACTERS), start);
  return `${before}[MASK]${text.slice(end, end + PEER_CHARACTERS)}`;
}
