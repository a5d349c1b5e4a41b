import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  VisibleText,
  type VisiblePassage,
} from '../../../../src/node/data/readers/htmlPassages.js';

function read(pieces: readonly string[], atLeast = 0): VisiblePassage[] {
  const page = new VisibleText(atLeast);
  return [...pieces.flatMap((piece) => page.push(piece)), ...page.end()];
}
const textsOf = (html: string, atLeast = 0): string[] =>
  read([html], atLeast).map(({ text }) => text.text);

const PAGE = `<!doctype html>
<html><head><title>A page</title><style>p { color: red }</style>
<script>if (a < b) document.write("<p>no</p>")</script></head>
<body class="a &amp; b"><!-- <p>no</p> -->
<h1>Fish &amp; chips</h1>
<p>One
   <b>bo</b>ld word,<br>a new line<br><br/>and&nbsp;more.
<ul><li>first<li>second</ul>
<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>
<pre>
  code
    here
</pre><svg><text>no</text></svg>&#x1F30D; 5 &lt; 6 &notit; &NotEqualTilde;x
</body></html>`;

describe('VisibleText', () => {
  it('gives what a browser shows, paragraph by paragraph', () => {
    expect(textsOf(PAGE)).toEqual([
      'A page',
      'Fish & chips',
      'One bold word,\na new line',
      'and\u00a0more.',
      'first\nsecond',
      'a b\nc',
      'code\n    here',
      '🌍 5 < 6 ¬it; ≂̸x',
    ]);
  });

  it('joins paragraphs into passages', () => {
    expect(textsOf(PAGE, 20)).toEqual([
      'A page\n\nFish & chips',
      'One bold word,\na new line',
      'and\u00a0more.\n\nfirst\nsecond',
      'a b\nc\n\n  code\n    here',
      '🌍 5 < 6 ¬it; ≂̸x',
    ]);
  });

  it('knows the place of every character and the line of every passage', () => {
    for (const { text, line } of read([PAGE])) {
      expect(PAGE.slice(0, text.startOf(0)).split('\n')).toHaveLength(line);
      for (let i = 0; i < text.length; i++) {
        const source = PAGE.slice(text.startOf(i), text.endOf(i));
        const unit = text.text[i]!;
        if (unit === ' ' || unit === '\n') expect(source).toMatch(/^[\s\S]*(\s|<)/);
        else if (source.length > 1) expect(source).toMatch(/^&/);
        else expect(source).toBe(unit);
      }
    }
  });

  it('gives the same wherever the source is cut', () => {
    const parts = fc.constantFrom(
      ...['<p>', '</p>', '<br>', '<pre>', '</pre>', '<script>', '</script>', '<!-- a -->', '&amp;'],
      ...['&NotEqualTilde;', '&am', 'wo', 'rd', ' ', '\n', '\r\n', '<a href="x y">', '</a>', '<'],
      ...['<svg/>', '<svg>', '</svg>', '🌍', '<td>', '\u00a0'],
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 30 }).map((all) => all.join('')),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.constantFrom(0, 8),
        (html, cuts, atLeast) => {
          const at = cuts.map((cut) => cut % (html.length + 1)).sort((a, b) => a - b);
          const pieces = [0, ...at].map((from, i) => html.slice(from, at[i] ?? html.length));
          expect(read(pieces, atLeast)).toEqual(read([html], atLeast));
        },
      ),
    );
  });

  it('cuts a paragraph without end in the same places wherever the source is cut', () => {
    const html = 'some <b>wo</b>rds and   more '.repeat(10_000);
    const whole = read([html]).map(({ text }) => text.text);
    expect(whole.length).toBeGreaterThan(2);
    for (const size of [777, 65_536]) {
      const count = Math.ceil(html.length / size);
      const pieces = Array.from({ length: count }, (_, i) => html.slice(i * size, (i + 1) * size));
      expect(read(pieces).map(({ text }) => text.text)).toEqual(whole);
    }
  });

  it('holds no more than a passage of text without end', () => {
    const page = new VisibleText(0);
    const found: VisiblePassage[] = page.push('<p>');
    for (let i = 0; i < 30; i++) found.push(...page.push('word '.repeat(5000)));
    for (let i = 0; i < 30; i++) found.push(...page.push('x'.repeat(100_000)));
    found.push(...page.push(`<!--${'c'.repeat(100_000)}-->end`), ...page.end());
    expect(found.length).toBeGreaterThan(10);
    expect(Math.max(...found.map(({ text }) => text.length))).toBeLessThanOrEqual(1_000_000);
    expect(found.at(-1)!.text.text.endsWith('end')).toBe(true);
  });
});
