import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { AlignedText } from '../../../../src/core/text/alignedText.js';
import { removeMarkdown } from '../../../../src/core/cleaning/markdown/markdown.js';
import { cleaned } from '../cleaning.js';

const markdown = (text: string): string => cleaned(text, 'markdown');

/** The words that a parser of CommonMark finds: no code blocks, no HTML, no targets. */
function wordsOfTree(node: Nodes): string {
  if (['code', 'html', 'definition'].includes(node.type)) return ' ';
  if ('children' in node) {
    const isFlow = ['root', 'list', 'listItem', 'blockquote'].includes(node.type);
    return node.children.map(wordsOfTree).join(isFlow ? '\n' : '');
  }
  if ('value' in node) return node.value;
  return 'alt' in node ? (node.alt ?? '') : ' ';
}

const wordsOf = (text: string): string[] => text.match(/[^\s]+/gu) ?? [];

describe('removeMarkdown', () => {
  it.each([
    ['headings', '# One #\ntwo\n\nThree\n-----\nfour', 'One\n\ntwo\n\nThree\n\nfour'],
    [
      'emphasis',
      '*a* **b** ***c*** _d_ snake_case_x 2 * 3 * 4 ~~e~~',
      'a b c d snake_case_x 2 * 3 * 4 e',
    ],
    ['links', '[a *b*](http://x.y/(z) "t") <https://x.y> ![alt](u.png)', 'a b https://x.y alt'],
    ['references', '[a][b] [b][] [b] [c]\n\n[b]: http://x.y "t"', 'a b b [c]\n\n'],
    ['lists', '- a\n* b\n  c\n3) d\n- [x] e', 'a\nb\nc\nd\ne'],
    ['quotes', '> a\n> > b\n\n>c', 'a\nb\n\nc'],
    ['code', 'a `b *c*`\n\n```js\nd\n```\ne\n\n    f\n\ng', 'a b *c*\n\n\ne\n\n\ng'],
    ['tables', '| a | b |\n|:--|--:|\n| *c* | d \\| e |\n\nf', 'a b\nc d | e\n\nf'],
    ['front matter', '---\ntitle: x\n---\na', 'a'],
    [
      'HTML',
      '<p align="a">b</p> <!-- c --> d <br/> 1 < 2\n<!-- e\n\nf --> g\n<script>\nh\n</script>',
      'b  d  1 < 2\ng\n',
    ],
    ['rules', 'a\n\n***\n\nb\n- - -\nc', 'a\n\n\n\nb\n\nc'],
    ['escapes and entities', '\\*a\\* &amp; &#x41; \\q', '*a* & A \\q'],
    ['footnotes', 'a[^1].\n\n[^1]: b', 'a.\n\nb'],
  ])('keeps the words of %s', (_, text, words) => {
    expect(markdown(text)).toBe(words);
  });

  it('takes front matter for it at the start of a file alone', () => {
    const passage = AlignedText.of('---\nwords\n---\n', 500);
    expect(removeMarkdown(passage).text).toContain('words');
  });

  it('leaves prose as it is', () => {
    const text = AlignedText.of(
      'A line, (some) more; 5 > 3!\nIn 2019.\n\nfoo_bar – [sic] "x" 3 * 4 #tag\n',
    );
    expect(removeMarkdown(text)).toBe(text);
  });

  it('finds the words that a parser that builds a tree finds', () => {
    for (const file of ['README.md', 'ARCHITECTURE.md', 'docs/training.md', 'docs/families.md']) {
      // Tables are not part of CommonMark: both sides read them as running text.
      const text = readFileSync(file, 'utf8').replaceAll(/^\|.*$/gm, '');
      expect(wordsOf(markdown(text))).toEqual(wordsOf(wordsOfTree(fromMarkdown(text))));
    }
    const piece = fc.constantFrom(
      ...[
        '*',
        '**',
        '_',
        '__',
        '***',
        '`',
        '``',
        '[',
        '](b)',
        '![',
        '](<c d> "t")',
        '\\',
        '&amp;',
        '(',
        ')',
      ],
      ...['word', 'two words', '.', ',', ' ', ' ', '\n', '日本', 'é', '!', '"', '5'],
      ...[
        '\n\n',
        '\n\n# ',
        '\n\n- ',
        '\n- ',
        '\n\n1. ',
        '\n\n> ',
        '\n\n```\ncode\n```\n\n',
        '\n\n---\n\n',
        '\n\nTitle\n===\n\n',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (parts) => {
        const text = `a${parts.join('')}`;
        expect(wordsOf(markdown(text))).toEqual(wordsOf(wordsOfTree(fromMarkdown(text))));
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
