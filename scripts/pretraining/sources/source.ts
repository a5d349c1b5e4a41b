import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { paragraphsOfHtml, type Paragraphs } from '../cleaning.js';
import type { Package } from '../packages.js';

/**
 * Conditions of a license for passing the text on: none, naming the authors, or sharing derived works
 * under the same license.
 */
export type Terms = 'public-domain' | 'permissive' | 'copyleft';

/**
 * Kinds of text: stories, speech and sentences of everyday life; knowledge (encyclopedias,
 * essays); manuals for people who use programs; documentation for people who write or run them.
 */
export const KINDS = ['everyday', 'reference', 'manual', 'code'] as const;
export type Kind = (typeof KINDS)[number];

/** Text for pre-training, with where it comes from and why it may be used. */
export interface Source {
  readonly name: string;
  readonly title: string;
  readonly package: Package;
  readonly kind: Kind;
  readonly terms: Terms;
  /** As the package's own copyright file or README states it for this text. */
  readonly licence: string;
  /** Of its documents, where all would outweigh the other sources; 1 unless given. */
  readonly share?: number;
  /** Documents of the unpacked package. */
  read(folder: string): Iterable<Paragraphs>;
}

export const DOCUMENTATION = 'usr/share/doc';

/** Files below `folder` whose paths match, in order. */
export function filesIn(folder: string, pattern: RegExp): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

export function read(file: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return fs.readFileSync(file).toString(encoding);
}

export function unzip(file: string): string {
  return gunzipSync(fs.readFileSync(file)).toString('utf8');
}

const FOOTNOTE_MARK = /<sup class="(?:footnote|para)">[^<]*<\/sup>/g;

/** A page, be it compressed or not, without marks of footnotes and spaces of no width. */
export function readHtml(file: string, encoding?: 'utf8' | 'latin1'): string {
  const html = file.endsWith('.gz') ? unzip(file) : read(file, encoding);
  return html.replace(FOOTNOTE_MARK, '').replace(/\u200b|&#8203;/g, '');
}

/** The paragraphs of each page below `folder` whose path matches. */
export function* htmlPages(
  folder: string,
  pattern: RegExp,
  encoding?: 'utf8' | 'latin1',
): Generator<Paragraphs> {
  for (const file of filesIn(folder, pattern)) yield paragraphsOfHtml(readHtml(file, encoding));
}

/** A document for each part of the pages that has a heading. */
export function* sections(folder: string, pattern: RegExp): Generator<Paragraphs> {
  for (const file of filesIn(folder, pattern))
    for (const section of readHtml(file).split(/(?=<h[1-4]\b)/)) yield paragraphsOfHtml(section);
}

/** Documents without paragraphs that an earlier one has, however short. */
export function* eachOnce(documents: Iterable<Paragraphs>): Generator<Paragraphs> {
  const seen = new Set<string>();
  for (const document of documents) {
    yield document.filter((paragraph) => {
      const isNew = !seen.has(paragraph);
      seen.add(paragraph);
      return isNew;
    });
  }
}

/** The pages of GNOME's help below `folder`; names of keys and menus are joined by marks. */
export function* gnomePages(folder: string): Generator<Paragraphs> {
  for (const file of filesIn(folder, /\.page$/)) {
    yield paragraphsOfHtml(
      read(file)
        .replace(/<(info|screen)\b[^]*?<\/\1>/g, '')
        .replace(/<\/key>\s*<key>/g, '+')
        .replace(/(<\/gui>)\s*(<gui\b)/g, '$1 - $2'),
    );
  }
}
