import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const PAGES = path.join(import.meta.dirname, '../../webview');

it('the styles of pages have no words, which nobody could translate', () => {
  const files = fs
    .readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css'));
  expect(files.length).toBeGreaterThan(4);
  const words = files.flatMap((file) =>
    fs.readFileSync(path.join(PAGES, file), 'utf8').match(/content:\s*(['"]).*?\p{L}.*?\1/gu),
  );
  expect(words.filter((found) => found !== null)).toEqual([]);
});
