import fs from 'node:fs';

/** A sentence with the ranges of the names of persons in it. */
export interface NamedSentence {
  readonly text: string;
  readonly persons: readonly Range[];
}

export type Range = readonly [start: number, end: number];

const NO_SPACE_BEFORE = /^(?:[.,;:!?)\]}%]|['’].*|n['’]t)$/;
const NO_SPACE_AFTER = /^[([{$]$/;

/**
 * Reads a file with one word per line and its tag, as of CoNLL-2003 or WNUT-17: the last column in
 * files with spaces, the second in files with tabs. Names of persons are tagged PER or person.
 */
export function columnSentences(file: string): NamedSentence[] {
  const sentences: NamedSentence[] = [];
  let words: { word: string; tag: string }[] = [];
  for (const line of [...fs.readFileSync(file, 'utf8').split(/\r?\n/), '']) {
    const isEnd = line.trim() === '' || line.startsWith('-DOCSTART');
    if (!isEnd) {
      const columns = line.split(line.includes('\t') ? '\t' : ' ');
      const tag = line.includes('\t') ? columns[1] : columns.at(-1);
      words.push({ word: columns[0]!, tag: tag ?? 'O' });
    } else if (words.length > 0) {
      sentences.push(joined(words));
      words = [];
    }
  }
  return sentences;
}

function joined(words: readonly { word: string; tag: string }[]): NamedSentence {
  const persons: [start: number, end: number][] = [];
  let text = '';
  let wasPerson = false;
  for (const [index, { word, tag }] of words.entries()) {
    const isGlued =
      index === 0 || NO_SPACE_BEFORE.test(word) || NO_SPACE_AFTER.test(words[index - 1]!.word);
    text += isGlued ? word : ` ${word}`;
    const isPerson = /^[BI]-per(?:son)?$/i.test(tag);
    if (isPerson && wasPerson && tag.startsWith('I')) persons.at(-1)![1] = text.length;
    else if (isPerson) persons.push([text.length - word.length, text.length]);
    wasPerson = isPerson;
  }
  return { text, persons };
}
