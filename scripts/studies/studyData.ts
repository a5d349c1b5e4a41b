/**
 * Labeled data sets for the study of classifier defaults, from npm and Debian packages that are not
 * part of the repository, and apt's own lists of packages. Only results are committed.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { randomStream, shuffled } from '../../src/core/random.js';
import {
  corpusOf,
  CORPORA,
  folderOf,
  glossesOfWordNet,
  mailsOf,
  PATTERN,
} from './labelledTexts.js';

export const STUDIES = path.join(import.meta.dirname, '../../.cache/studies');

export type StudyTask = 'classification' | 'regression' | 'token-classification';

/** A text with its label or number, or words joined by spaces with the label of each. */
export interface StudyRow {
  readonly text: string;
  readonly label: string | number | readonly string[];
}

export interface StudySample {
  readonly train: readonly StudyRow[];
  readonly test: readonly StudyRow[];
}

export interface StudySet {
  readonly name: string;
  readonly task: StudyTask;
  /** Rows for training and evaluation. */
  readonly rows: number;
  readonly testRows: number;
  readonly load: () => StudyRow[];
}

/** Every data set, smallest first, by task. */
export const STUDY_SETS: readonly StudySet[] = [
  { name: 'mail-50', task: 'classification', rows: 50, testRows: 200, load: mails },
  { name: 'sentences-60', task: 'classification', rows: 60, testRows: 500, load: sentences },
  { name: 'fields-200', task: 'classification', rows: 200, testRows: 500, load: fields },
  { name: 'sections-500', task: 'classification', rows: 500, testRows: 500, load: sections },
  { name: 'mail-800', task: 'classification', rows: 800, testRows: 200, load: mails },
  { name: 'sentences-1500', task: 'classification', rows: 1500, testRows: 500, load: sentences },
  { name: 'hedges-1200', task: 'classification', rows: 1200, testRows: 600, load: hedges },
  { name: 'fields-5000', task: 'classification', rows: 5000, testRows: 500, load: fields },
  { name: 'polarity-1000', task: 'regression', rows: 1000, testRows: 500, load: polarities },
  { name: 'words-300', task: 'token-classification', rows: 300, testRows: 300, load: wordClasses },
];

/** Rows of a set for a seed: the test rows are the same for every seed. */
export function sampleOf({ name, rows, testRows, load }: StudySet, seed: number): StudySample {
  const unique = [...new Map(load().map((row) => [row.text, row])).values()];
  const all = shuffled(unique, randomStream('study', name.replace(/-\d+$/, '')));
  const test = all.slice(0, testRows);
  const pool = shuffled(all.slice(testRows), randomStream('study rows', name, seed));
  return { train: rows <= 60 ? balanced(pool, rows) : pool.slice(0, rows), test };
}

function balanced(pool: readonly StudyRow[], count: number): StudyRow[] {
  const labels = [...new Set(pool.map(({ label }) => label))].sort();
  return labels.flatMap((wanted) =>
    pool.filter(({ label }) => label === wanted).slice(0, count / labels.length),
  );
}

/** Subject and body of mails, wanted or not. */
function mails(): StudyRow[] {
  return ['easy-ham-1', 'spam-1'].flatMap((group) =>
    mailsOf(group).map(({ text, label }) => ({ text, label })),
  );
}

/** Sentences of film reviews, positive or negative. */
function sentences(): StudyRow[] {
  return ofCorpus('polarity-en-pang&lee2.csv');
}

/** Sentences that hedge or do not. */
function hedges(): StudyRow[] {
  return ofCorpus('uncertainty-conll2010.csv');
}

function ofCorpus(file: string): StudyRow[] {
  return corpusOf(file).map(({ mark, text }) => ({ text, label: mark === '1' ? 'yes' : 'no' }));
}

/** Glosses of nouns by their field. */
function fields(): StudyRow[] {
  return glossesOfWordNet().map(({ text, label }) => ({ text, label }));
}

const SECTIONS = ['science', 'games', 'sound', 'fonts', 'database', 'python', 'math', 'editors'];

/** Descriptions of Debian packages by section. */
function sections(): StudyRow[] {
  const list = execFileSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: 1 << 30 });
  return list.split('\n\n').flatMap((entry) => {
    const label = /^Section: (.*)$/m.exec(entry)?.[1];
    const text = /^Description(?:-en)?: (.*(?:\n .*)*)/m.exec(entry)?.[1];
    if (label === undefined || text === undefined || !SECTIONS.includes(label)) return [];
    return [{ label, text: text.replaceAll(/\n ?\.?/g, '\n').trim() }];
  });
}

/** Meanings of adjectives and nouns with a polarity from -1 to 1, from the lexicon of Pattern (PDDL). */
function polarities(): StudyRow[] {
  const file = 'usr/lib/python3/dist-packages/pattern/text/en/en-sentiment.xml';
  const lexicon = fs.readFileSync(path.join(folderOf(PATTERN), file), 'utf8');
  return [...lexicon.matchAll(/ sense="([^"]+)" polarity="([^"]+)"/g)].map(
    ([, text, polarity]) => ({
      text: text!.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
      label: Number(polarity),
    }),
  );
}

/** Word classes by how their Penn Treebank tag begins; all others are `other`. */
const WORD_CLASSES: readonly (readonly [start: string, name: string])[] = [
  ['NN', 'noun'],
  ['VB', 'verb'],
  ['MD', 'verb'],
  ['JJ', 'adjective'],
  ['RB', 'adverb'],
  ['PRP', 'pronoun'],
  ['W', 'pronoun'],
  ['DT', 'determiner'],
  ['IN', 'preposition'],
  ['TO', 'preposition'],
  ['CC', 'conjunction'],
  ['CD', 'number'],
];

/** Sentences of the Open American National Corpus with the class of each word. */
function wordClasses(): StudyRow[] {
  const content = fs.readFileSync(
    path.join(folderOf(PATTERN), CORPORA, 'tagged-en-oanc.txt'),
    'utf8',
  );
  return content
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(' ')
        .map((word) => word.split('/')),
    )
    .filter((words) => words.length > 3 && words.every(([word, tag]) => word !== '' && tag))
    .map((words) => ({
      text: words.map(([word]) => word).join(' '),
      label: words.map(([, tag]) => classOf(tag!)),
    }));
}

function classOf(tag: string): string {
  if (!/^[A-Z]/.test(tag)) return 'punctuation';
  return WORD_CLASSES.find(([start]) => tag.startsWith(start))?.[1] ?? 'other';
}
