// Checks the language of comments, strings, documentation and the manifest, in this repository or in
// the folder given as the argument. The rules are in `style/`.
import fs from 'node:fs';
import path from 'node:path';
import { formatCount } from '../src/core/format.js';
import { fileOffences } from './style/fileOffences.js';
import { manifestOffences } from './style/manifestOffences.js';

const FOLDERS = ['src', 'webview', 'scripts', 'test', 'docs', 'media/walkthrough'];
const CHECKED = /\.(?:ts|mjs|cjs|md)$/;

const root = process.argv[2] ?? path.join(import.meta.dirname, '..');
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');
const listed = (folder: string, recursive: boolean): string[] =>
  fs
    .readdirSync(path.join(root, folder), { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile() && CHECKED.test(entry.name) && !/\.zh-/.test(entry.name))
    .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)))
    .map((file) => file.split(path.sep).join('/'));

const folders = FOLDERS.filter((folder) => fs.existsSync(path.join(root, folder)));
const files = [...listed('.', false), ...folders.flatMap((folder) => listed(folder, true))];
const offences = [
  ...manifestOffences(read('package.json'), read('package.nls.json')).map(
    (message) => `package.json: ${message}`,
  ),
  ...files.flatMap((file) =>
    fileOffences(file, read(file)).map(({ line, message }) => `${file}:${line}: ${message}`),
  ),
];
for (const offence of offences) console.error(offence);
if (offences.length > 0) {
  console.error(`style: ${formatCount(offences.length, 'offence')}`);
  process.exitCode = 1;
}
