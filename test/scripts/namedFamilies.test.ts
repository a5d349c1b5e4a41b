import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Masked language models of transformers.js, by `model_type`. */
function familiesOfPeer(): string[] {
  const source = read('node_modules/@huggingface/transformers/src/models/registry.js');
  const [, list = ''] = /MASKED_LM_MAPPING_NAMES = new Map\(\[([^;]*)\]\);/.exec(source) ?? [];
  return [...list.matchAll(/\['([\w-]+)', '\w+'\]/g)].map(([, family = '']) => family);
}

it('docs/families.md has every family that transformers.js fills masks with, or a reason', () => {
  const families = familiesOfPeer();
  expect(families).toEqual(expect.arrayContaining(['bert', 'neobert', 'xlm']));
  const page = read('docs/families.md');
  const checked = [...page.matchAll(/^\| ([\w-]+) +\| \d+ of \d+/gm)].map(([, name]) => name);
  const refused = [...page.matchAll(/^- `([\w-]+)` is not supported: \S+ \S+/gm)].map(
    ([, name]) => name,
  );
  expect(families.filter((name) => ![...checked, ...refused].includes(name))).toEqual([]);
});
