import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { wordsIn } from '../../src/core/text/words.js';

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
