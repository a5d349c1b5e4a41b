import fs from 'node:fs';
import path from 'node:path';
import { paragraphsOfText, tidy, type Paragraphs } from '../cleaning.js';
import { chaptersOfUsfm, stringsOfLua } from './markup.js';
import { readRStrings } from './rDatabase.js';
import { eachOnce, filesIn, read, type Source } from './source.js';

/** Everyday English outside the larger collections: narrative, dialogue and single sentences. */
export const EVERYDAY: readonly Source[] = [
  {
    name: 'tom-sawyer',
    title: "Mark Twain's Adventures of Tom Sawyer",
    package: { kind: 'debian', name: 'golang-github-klauspost-compress-dev' },
    kind: 'everyday',
    terms: 'public-domain',
    licence: 'public domain (text of Project Gutenberg; first published in 1876)',
    read: function* (folder) {
      const library = 'usr/share/gocode/src/github.com/klauspost/compress';
      const book = read(path.join(folder, library, 'testdata/Mark.Twain-Tom.Sawyer.txt'));
      const [text = ''] = book.split(/^\s*End of (?:the )?Project Gutenberg/im);
      const [, ...chapters] = text.split(/^ *CHAPTER [IVXL]+.*$/m);
      for (const chapter of chapters) yield paragraphsOfText(chapter);
    },
  },
  {
    name: 'world-english-bible',
    title: 'The World English Bible',
    package: { kind: 'debian', name: 'bibledit-cloud-data' },
    kind: 'everyday',
    terms: 'public-domain',
    licence: 'public domain (dedicated by its translators)',
    // One book of one style, long enough to outweigh all tales of games.
    share: 0.4,
    read: function* (folder) {
      const demo = path.join(folder, 'usr/share/bibledit-cloud/demo');
      for (const file of filesIn(demo, /^(?!00|106)\d+-\w+-web\.usfm$/))
        yield* chaptersOfUsfm(read(file));
    },
  },
  {
    name: 'harvard-sentences',
    title: 'The Harvard sentences',
    package: { kind: 'debian', name: 'r-cran-stringr' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2',
    read: function* (folder) {
      const library = path.join(folder, 'usr/lib/R/site-library/stringr/data/Rdata');
      for (const strings of readRStrings(library)) {
        const sentences = strings.filter((string) => /^[A-Z].* .*\.$/.test(string));
        for (let start = 0; start < sentences.length; start += 10)
          yield [tidy(sentences.slice(start, start + 10).join(' '))];
      }
    },
  },
  {
    name: 'cataclysm',
    title: 'Cataclysm: Dark Days Ahead',
    package: { kind: 'debian', name: 'cataclysm-dda-data' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'CC-BY-SA-3.0',
    read: function* (folder) {
      const data = path.join(folder, 'usr/share/games/cataclysm-dda/json');
      for (const file of filesIn(data, CATACLYSM)) {
        const objects = [JSON.parse(read(file)) as unknown].flat();
        for (let start = 0; start < objects.length; start += 8)
          yield objects.slice(start, start + 8).flatMap((object) => [...talkIn(object)]);
      }
    },
  },
  {
    name: 'crossfire',
    title: "Crossfire's maps",
    package: { kind: 'debian', name: 'crossfire-maps' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) => eachOnce(talkInMaps(path.join(folder, 'usr/share/games/crossfire/maps'))),
  },
  {
    name: 'freedroidrpg',
    title: 'FreedroidRPG',
    package: { kind: 'debian', name: 'freedroidrpg-data' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: function* (folder) {
      const data = path.join(folder, 'usr/share/freedroidrpg');
      for (const file of filesIn(data, /dialogs\/.*\.lua$/))
        yield stringsOfLua(read(file)).filter(isUsable);
    },
  },
  {
    name: 'naev',
    title: 'Naev',
    package: { kind: 'debian', name: 'naev-data' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-3 or later',
    read: function* (folder) {
      const data = path.join(folder, 'usr/share/naev/dat');
      for (const file of filesIn(data, /^(?:missions|events)\/.*\.lua$/))
        yield stringsOfLua(read(file)).filter(isUsable);
    },
  },
  {
    name: 'fillets-ng',
    title: 'Fish Fillets',
    package: { kind: 'debian', name: 'fillets-ng-data' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2',
    read: function* (folder) {
      const scripts = path.join(folder, 'usr/share/games/fillets-ng/script');
      for (const file of filesIn(scripts, /dialogs_en\.lua$/)) {
        const lines = read(file).replace(/dialogId\("[^"]*", "[^"]*",/g, '_(');
        yield stringsOfLua(lines).filter(isUsable);
      }
    },
  },
  {
    name: 'gtypist',
    title: "GNU Typist's lessons",
    package: { kind: 'debian', name: 'gtypist' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-3 or later',
    read: function* (folder) {
      const lessons = read(path.join(folder, 'usr/share/gtypist/gtypist.typ'), 'latin1');
      // Banners begin a lesson.
      for (const lesson of lessons.split(/^B:/m)) yield exercisesOfLesson(lesson);
    },
  },
];

const COARSE = /\b(?:\w*fuck\w*|shit\w*|bullshit|cunts?|bitch\w*|assholes?|whores?)\b/i;

/** Whether a text has no names to be filled in, no marks of formatting and no coarse words. */
function isUsable(text: string): boolean {
  return !/[<>%{}|\\&$@#]/.test(text) && !COARSE.test(text);
}

function* talkInMaps(maps: string): Generator<Paragraphs> {
  for (const file of filesIn(maps, /^(?!editor|python|test|unlinked)[^.]+(?:\.msg)?$/)) {
    if (!fs.statSync(file).isFile()) continue;
    if (file.endsWith('.msg')) yield [...talkIn(JSON.parse(read(file)))];
    else yield messagesOfMap(read(file));
  }
}

/** Messages of signs, books and people in a map of Crossfire; `@match` names what was asked. */
export function messagesOfMap(map: string): string[] {
  return [...map.matchAll(/^msg\n([^]*?)^endmsg$/gm)].flatMap(([, message = '']) =>
    message
      .replace(/\[\/?(?:color|font|b|i|u|print|hand|strange|magic|fixed)\b[^\]]*\]/g, '')
      .split(/^@.*$/m)
      .flatMap(paragraphsOfText)
      .filter(isUsable),
  );
}

/**
 * The texts that a lesson of GNU Typist has the reader type. Those with words that are cut by the end
 * of a line, or with drills of single fingers, are left out.
 */
export function exercisesOfLesson(lesson: string): string[] {
  return [...lesson.matchAll(/^[SD]:(.*(?:\n :.*)*)/gm)]
    .flatMap(([, text = '']) => text.replace(/^ :/gm, '').split(/\n[^\S\n]*\n/))
    .filter((text) => !/[a-z]-\n|\b[b-df-hj-np-tv-xz]{3}\b/.test(text))
    .map(tidy);
}

/** Data with texts about people and things; maps, weapons and lists of parts are left out. */
const CATACLYSM =
  /^(?!mapgen|obsol|vehicle|monstergroups|uncraft|items\/(?:gun|ammo|magazine|gunmod|vehicle)).*\.json$/;

/**
 * Sentences that the player reads in an object of Cataclysm: those without names to be filled in.
 * Comments have keys that start with `//`; `rows` and `picture` are drawings.
 */
export function* talkIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    const text = tidy(value.replace(/<\/?(?:color\w*|info|good|bad|neutral)>/g, ''));
    if (isUsable(text)) yield text;
  } else if (Array.isArray(value)) {
    for (const child of value) yield* talkIn(child);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value))
      if (!/^(?:\/\/|rows$|picture$|str_pl$)/.test(key)) yield* talkIn(child);
  }
}
