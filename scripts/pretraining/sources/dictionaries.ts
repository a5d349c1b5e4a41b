import path from 'node:path';
import { paragraphsOfText, tidy, type Paragraphs } from '../cleaning.js';
import { filesIn, read, unzip, type Source } from './source.js';

/** Dictionaries; an entry is often too short to be a document, so neighbours share one. */
export const DICTIONARIES: readonly Source[] = [
  {
    name: 'gcide',
    title: 'The Collaborative International Dictionary of English',
    package: { kind: 'debian', name: 'dict-gcide' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    // Its English is a century old.
    share: 0.35,
    read: (folder) => groupsOf(entriesOfGcide(folder).map(paragraphsOfGcide), 8),
  },
  {
    name: 'foldoc',
    title: 'The Free On-line Dictionary of Computing',
    package: { kind: 'debian', name: 'dict-foldoc' },
    kind: 'reference',
    terms: 'copyleft',
    licence: 'GFDL-1.1 or later, no invariant sections and no cover texts',
    read: (folder) => {
      const text = unzip(path.join(folder, 'usr/share/dictd/foldoc.dict.dz'));
      const entries = text
        .split(/\n(?=\S)/)
        .filter((entry) => !/^00-|^GNU Free Doc|Copyright|Permission is granted/m.test(entry));
      return groupsOf(entries.map(paragraphsOfFoldoc), 4);
    },
  },
  {
    name: 'wordnet',
    title: 'Glosses and examples of WordNet 3.0',
    package: { kind: 'debian', name: 'wordnet-base' },
    kind: 'everyday',
    terms: 'permissive',
    licence: 'WordNet 3.0 licence (any purpose; keep the copyright notice)',
    read: function* (folder) {
      for (const file of filesIn(path.join(folder, 'usr/share/wordnet'), /^data\.\w+$/)) {
        const synsets = read(file)
          .split('\n')
          .filter((line) => /^\d{8} /.test(line));
        yield* groupsOf(
          synsets.map((line) => [sentencesOfSynset(line)]),
          8,
        );
      }
    },
  },
];

function* groupsOf(documents: readonly Paragraphs[], size: number): Generator<Paragraphs> {
  for (let start = 0; start < documents.length; start += size)
    yield documents.slice(start, start + size).flat();
}

/** Letters with marks are written as in `caf['e]` and `[=a]`. */
const MARKED_LETTER = /\[(?:[^\w\s\]]{1,2}([a-z]{1,2})|([a-z]{1,2})[^\w\s\]]{1,2}|(ae|oe))\]/gi;
/** A quotation ends with `--Bp. Pearson.`, which is also found before further sentences. */
const ATTRIBUTION = /\s+--[A-Z(](?:[^]{0,40}$|(?:[^.\s]{0,2}\.\s*)*[^.]{0,25}\.)/g;

/** Entries of the dictionary, as they are stored. */
export function entriesOfGcide(folder: string): string[] {
  const text = unzip(path.join(folder, 'usr/share/dictd/gcide.dict.dz'));
  // The license and the prefaces are separate entries.
  return text.split(/\n(?=\S)/).filter((entry) => /^\S.*\\/.test(entry));
}

/**
 * An entry without etymologies, labels and the source of each paragraph, which are in brackets that
 * may be nested.
 */
export function withoutBrackets(entry: string): string {
  return entry
    .replace(MARKED_LETTER, '$1$2$3')
    .replace(/\[[^[\]]*\]/g, '')
    .replace(/\[[^[\]]*\]/g, '');
}

function paragraphsOfGcide(entry: string): string[] {
  const text = withoutBrackets(entry);
  const headLine = text.slice(0, text.indexOf('\n'));
  const headword = tidy(headLine.slice(0, headLine.indexOf('\\')));
  const paragraphs = text
    .slice(headLine.length)
    .replace(/[{}]/g, '')
    .split(/\n\s*\n/)
    .map((paragraph) => tidy(paragraph.trimEnd().replace(ATTRIBUTION, '')))
    .filter((paragraph) => !/^Syn:|\?\?|\?\w|\[|\]/.test(paragraph))
    .map((paragraph) =>
      paragraph
        .replace(
          /^(?:Note: |\d+\. |\([a-z]\) |(?:a|n|adv|v\. [ti])\. )*(?:\([A-Z][\w. &]*\) )?/,
          '',
        )
        .replace(/\s+([.,;:])(?=\s|$)/g, '$1'),
    );
  return paragraphs.map((paragraph, index) =>
    index === 0 && /^[A-Z]/.test(paragraph) ? `${headword}: ${paragraph}` : paragraph,
  );
}

function paragraphsOfFoldoc(entry: string): string[] {
  const text = entry
    .slice(entry.indexOf('\n') + 1)
    .replace(/\[\s*\{[^\]]*\]/g, '')
    .replace(/\[[^\]]*\?\]/g, '')
    .replace(/\s*\(\s*(?:https?|ftp):\/\/[^)]*\)/g, '')
    .replace(/[{}]/g, '');
  return paragraphsOfText(text).map((paragraph) =>
    paragraph.replace(/^(?:\d+\. |<[^>]*> |\/[^/]*\/ )+/, '').replace(/\s*<[^<> ]+@[^<> ]+>/g, ''),
  );
}

/** One line of a data file: what its first word means, as a sentence, and the examples of it. */
function sentencesOfSynset(line: string): string {
  const [fields = '', gloss = ''] = line.split(' | ');
  const [, , kind = '', , name = ''] = fields.split(' ');
  const word = name.replace(/\(\w+\)$/, '').replaceAll('_', ' ');
  const meaning = (gloss.split('"')[0] ?? '').replace(/[;:,\s]+$/, '').trim();
  const examples = [...gloss.matchAll(/"([^"]*)"/g)]
    .map(([, example = '']) => example.trim())
    .filter((example) => example.split(' ').length >= 4);
  const sentences = [meaning === '' ? '' : definition(kind, word, meaning), ...examples];
  return tidy(sentences.map(asSentence).join(' '));
}

function definition(kind: string, word: string, meaning: string): string {
  if (kind === 'v') return `To ${word} is to ${meaning}`;
  if (kind !== 'n') return `${word} means ${meaning}`;
  const [article = ''] = /^(?:an?|the|any|one|some\w*)(?= )/.exec(meaning) ?? [];
  if (article === '') return `${word}: ${meaning}`;
  if (!/^an?$/.test(article) || /\p{Lu}/u.test(word)) return `${word} is ${meaning}`;
  return `${/^[aeiou]/.test(word) ? 'An' : 'A'} ${word} is ${meaning}`;
}

function asSentence(text: string): string {
  if (text === '') return '';
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
