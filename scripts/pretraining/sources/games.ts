import path from 'node:path';
import { paragraphsOfText, tidy, type Paragraphs } from '../cleaning.js';
import { filesIn, read, type Source } from './source.js';

const WESNOTH_CAMPAIGNS: Readonly<Record<string, string>> = {
  did: 'Descent Into Darkness',
  dm: "Delfador's Memoirs",
  dw: 'Dead Water',
  ei: 'The Eastern Invasion',
  httt: 'Heir to the Throne',
  l: 'Liberty',
  low: 'Legend of Wesmere',
  nr: 'Northern Rebirth',
  sof: 'The Sceptre of Fire',
  sota: 'Secrets of the Ancients',
  sotbe: 'Son of the Black-Eye',
  thot: 'The Hammer of Thursagan',
  trow: 'The Rise of Wesnoth',
  tsg: 'The South Guard',
  ttb: 'A Tale of Two Brothers',
  utbs: 'Under the Burning Suns',
};

/** Tales, dialogues and descriptions of free games. */
export const GAMES: readonly Source[] = [
  {
    name: 'endless-sky',
    title: 'Endless Sky',
    package: { kind: 'debian', name: 'endless-sky-data' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-3 or later',
    read: function* (folder) {
      const data = path.join(folder, 'usr/share/games/endless-sky/data');
      for (const file of filesIn(data, /\.txt$/)) {
        // A mission, a planet or a ship begins at the margin.
        for (const node of read(file).split(/\n(?=[^\s#])/)) yield paragraphsOfNode(node);
      }
    },
  },
  wesnoth('data', 'Units, terrain and help of Battle for Wesnoth'),
  ...Object.entries(WESNOTH_CAMPAIGNS).map(([name, title]) =>
    wesnoth(name, `Battle for Wesnoth, ${title}`),
  ),
  {
    name: 'crawl',
    title: 'Dungeon Crawl Stone Soup',
    package: { kind: 'debian', name: 'crawl-common' },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: function* (folder) {
      const root = path.join(folder, 'usr/share/crawl');
      // The quotations are of others; hints and the tutorial are full of placeholders.
      const databases = filesIn(
        path.join(root, 'dat'),
        /^(?:descript\/(?!quotes|hints|tutorial)\w+|database\/(?:FAQ|help))\.txt$/,
      );
      for (const file of databases) {
        const entries = read(file)
          .replace(/^#.*$/gm, '')
          .split(/^%%%%$/m)
          .map(paragraphsOfEntry);
        for (let start = 0; start < entries.length; start += 8)
          yield entries.slice(start, start + 8).flat();
      }
      const manual = read(path.join(root, 'docs/crawl_manual.txt'));
      for (const chapter of manual.split(/^-{20,}$/m)) yield paragraphsOfText(chapter);
    },
  },
];

function wesnoth(name: string, title: string): Source {
  return {
    name: `wesnoth-${name}`,
    title,
    package: { kind: 'debian', name: `wesnoth-1.16-${name}` },
    kind: 'everyday',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: function* (folder) {
      const data = path.join(folder, 'usr/share/games/wesnoth/1.16/data');
      for (const file of filesIn(data, /^(?:campaigns|core)\/.*\.cfg$/))
        yield paragraphsOfWml(read(file));
    },
  };
}

/** Strings marked for translation, which are those shown to the player. */
function paragraphsOfWml(text: string): string[] {
  return [...text.matchAll(/\b_\s*"((?:[^"]|"")*)"/g)]
    .flatMap(([, string = '']) =>
      paragraphsOfText(
        string
          .replaceAll('""', '"')
          .replace(/<\w+>[^<]*\btext='([^']*)'[^<]*<\/\w+>/g, '$1')
          .replace(/<[^>]*>/g, ''),
      ),
    )
    .map((paragraph) => paragraph.replace(/^\S+\^/, ''))
    .filter((paragraph) => !/[${}|]/.test(paragraph));
}

/** Paragraphs with a name to be filled in are left out. */
function paragraphsOfNode(node: string): Paragraphs {
  return [...node.matchAll(/^\t+[^`"\n]*(?:`([^`\n]*)`|"([^"\n]*)")\s*$/gm)]
    .map(([, quoted, plain]) => tidy(quoted ?? plain ?? ''))
    .filter((paragraph) => !/[<>]/.test(paragraph));
}

function paragraphsOfEntry(entry: string): Paragraphs {
  const [, ...body] = entry.trim().split('\n');
  return paragraphsOfText(body.join('\n').replace(/\{\{[^]*?\}\}/g, ''))
    .map((paragraph) => paragraph.replace(/^A: /, ''))
    .filter((paragraph) => !/[@$<>{}[\]]/.test(paragraph));
}
