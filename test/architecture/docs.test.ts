import { describe, expect, it } from 'vitest';
import { documents, linkedDocuments, offencesOf } from './documents.js';

describe('the documentation', () => {
  it.each(documents())('%s names only what exists', (file) => {
    expect(offencesOf(file)).toEqual([]);
  });

  it('is reachable from its start page', () => {
    const reached = new Set(['docs/README.md']);
    for (const file of reached) {
      for (const target of linkedDocuments(file)) reached.add(target);
    }
    const pages = documents().filter((file) => file.startsWith('docs/'));
    expect(pages.filter((file) => !reached.has(file))).toEqual([]);
  });

  it.each([
    ['a file', '[here](missing.md)'],
    ['an anchor', '[here](docs/training.md#no-such-heading)'],
    ['an anchor of the same page', '[here](#no-such-heading)'],
    ['a picture', '![a picture](media/docs/missing.png)'],
    ['a script', 'Run `npm run missing`.'],
    ['a command', 'Run `masklab missing`.'],
    ['a command in a block', '```sh\nnpx masklab missing\n```\n'],
    ['a flag', 'Run `masklab runs --missing`.'],
    ['a command of the editor', 'Run **Masklab: Missing Command**.'],
    ['a setting', 'Set `masklab.training.missing`.'],
  ])('is checked for %s that does not exist', (_, text) => {
    expect(offencesOf('README.md', text)).toHaveLength(1);
  });

  it('may name what exists', () => {
    const text = [
      '[here](docs/training.md#options), [code](`[0](x)`), <https://example.org>',
      '`npm run build`, `masklab train --data notes/ --epochs 3`, `masklab tokenizer train`',
      '**Masklab: Star Run**, `masklab.training.epochs`, settings under `masklab.training`',
      '```sh\nnpx masklab fill "a [MASK]" --top-k 5   # --no-flag in a comment\n```\n',
    ].join('\n\n');
    expect(offencesOf('README.md', text)).toEqual([]);
  });
});
