// Makes media/words/en.txt again: the words of Debian's wamerican (SCOWL; media/words/COPYRIGHT) of
// three letters and more, without genitives, and without capitalized forms of words that are there in
// small letters.
// usage: npx tsx scripts/wordList.ts
import fs from 'node:fs';
import path from 'node:path';
import { ENGLISH_WORDS_FILE } from '../src/core/predict/englishWords.js';
import { fetchPackage } from './pretraining/packages.js';

const root = path.join(import.meta.dirname, '..');
const { folder, version } = fetchPackage({ kind: 'debian', name: 'wamerican' });
const listed = fs
  .readFileSync(path.join(folder, 'usr/share/dict/american-english'), 'utf8')
  .split('\n')
  .filter((word) => /^\p{L}{3,}$/u.test(word));
const all = new Set(listed);
const words = listed.filter((word) => word === word.toLowerCase() || !all.has(word.toLowerCase()));
words.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
fs.copyFileSync(
  path.join(folder, 'usr/share/doc/wamerican/copyright'),
  path.join(root, path.dirname(ENGLISH_WORDS_FILE), 'COPYRIGHT'),
);
fs.writeFileSync(path.join(root, ENGLISH_WORDS_FILE), `${words.join('\n')}\n`);
console.log(`${words.length} words of wamerican ${version}`);
