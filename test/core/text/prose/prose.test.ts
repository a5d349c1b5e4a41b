import { describe, expect, it } from 'vitest';
import { CODE_LANGUAGES } from '../../../../src/core/text/prose/codeSyntax.js';
import type { CodeParts } from '../../../../src/core/text/prose/codeProse.js';
import { isMixed, proseOf } from '../../../../src/core/text/prose/prose.js';

/** Prose of a file, with its runs of spaces shortened. */
function read(languageId: string, source: string, parts: CodeParts = 'commentsAndStrings'): string {
  const prose = proseOf(source, languageId, parts);
  expect(prose).toHaveLength(source.length);
  expect(prose.split(/\r?\n/)).toHaveLength(source.split(/\r?\n/).length);
  for (let i = 0; i < prose.length; i++) {
    if (prose[i] !== ' ') expect(prose[i]).toBe(source[i]);
  }
  return prose.replaceAll(/\s+/g, ' ').trim();
}

describe('comments and strings of code', () => {
  it.each([
    ['typescript', 'const a = 1; // The first one\nlet b;', 'The first one'],
    [
      'typescript',
      "throw new Error('The file is missing'); f('a/b', 'two words');",
      'The file is missing',
    ],
    [
      'typescript',
      '/**\n * Reads a file.\n * @param {string} name Name of it\n */\nf();',
      'Reads a file. name Name of it',
    ],
    ['typescript', 'const url = "http://a.b/c"; // eslint-disable-line\nx();', ''],
    ['javascript', 'const t = `one two three\nfour ${five}`; six();', 'one two three four ${five}'],
    [
      'python',
      'def f():\n    """Return the next one.\n\n    Slowly.\n    """\n    return 1  # not zero',
      'Return the next one. Slowly. not zero',
    ],
    ['python', "x = 'it\\'s not the end' + name", "it\\'s not the end"],
    ['python', '#!/usr/bin/python\nx = 1', ''],
    ['c', "char c = '\"'; int x; /* the answer */", 'the answer'],
    ['rust', "fn f<'a>(x: &'a str) {} /// Borrows a string", 'Borrows a string'],
    ['sql', "SELECT a -- only the first column\nFROM t WHERE b = 'x'", 'only the first column'],
    ['lua', 'x = 1 --[[ a long\ncomment ]] y = 2 -- short', 'a long comment short'],
    ['shellscript', 'echo "all is well" # say so', 'all is well say so'],
    ['css', 'a { color: red; /* like the logo */ }', 'like the logo'],
    ['haskell', 'f x = x {- the identity -} -- of all', 'the identity of all'],
    ['typescript', 'f(/* unclosed text', 'unclosed text'],
    ['typescript', 'f("unclosed text is here\nrest();', 'unclosed text is here'],
    ['typescript', '// with CRLF\r\ncode();\r\n// again\r\n', 'with CRLF again'],
  ])('are the text of %s: %j', (languageId, source, text) => {
    expect(read(languageId, source)).toBe(text);
  });

  it('are comments alone on request', () => {
    const source = 'throw new Error("The file is missing"); // as it seems';
    expect(read('java', source, 'comments')).toBe('as it seems');
  });
});

describe('text of markup', () => {
  it.each([
    [
      'markdown',
      '---\ntitle: a\n---\n# Title\n\n```js\ncode();\n```\nText with `code`.',
      '# Title Text with `code`.',
    ],
    [
      'markdown',
      'See [the page](https://a.b/(c)/d) at https://x.y/z now.',
      'See [the page] at now.',
    ],
    [
      'markdown',
      'A <b>bold</b> <mask> and <|mask|> and [MASK] <!-- not\nthis --> word',
      'A bold <mask> and <|mask|> and [MASK] word',
    ],
    ['markdown', '~~~\n```\nstill code\n~~~\ntext', 'text'],
    ['markdown', 'text\n```\nnever closed', 'text'],
    [
      'latex',
      '\\documentclass{article}\n\\begin{document}\n\\section{The Title} A \\emph{big} word\\label{sec:a} of $x^2$, see~\\cite[p.~2]{knuth}. % hidden\n\\end{document}',
      'The Title A big word of , see .',
    ],
    [
      'latex',
      'Before\n\\begin{align*}\na &= b\n\\end{align*}\nafter 5\\% of \\[ x \\] it',
      'Before after 5 of it',
    ],
    ['latex', 'The [MASK] and ____ stay', 'The [MASK] and ____ stay'],
    [
      'latex',
      'One line\\\\[2ex]\nand\\\\*[1em] two\\\\(or three)\\\\% not this\nof \\(x\\) text',
      'One line and two (or three) of text',
    ],
    ['latex', '\\item[MASK] and\\\\[MASK] or \\item[a] b', '[MASK] and [MASK] or b'],
    [
      'restructuredtext',
      'Title\n=====\n\n.. code-block:: python\n   :linenos:\n\n   code()\n\nText with :ref:`a link <target>` and ``code``.\n\n.. note:: Mind this.',
      'Title Text with a link and code . Mind this.',
    ],
    [
      'asciidoc',
      '= Title\n:toc: left\n\n[source,ruby]\n----\ncode\n----\n\nSee https://a.b[the page] and <<part,this part>>.\n\n[MASK] is first',
      '= Title See [the page] and this part . [MASK] is first',
    ],
    [
      'html',
      '<head><title>x</title></head><p>Fish &amp; chips</p><script>code()</script> end',
      'Fish chips end',
    ],
    [
      'git-commit',
      'Add a door\n\nIt was missing.\n\nSigned-off-by: A <a@b>\n# Please enter\n# ------------------------ >8 ------------------------\ndiff --git',
      'Add a door It was missing.',
    ],
  ])('is the text of %s: %j', (languageId, source, text) => {
    expect(read(languageId, source)).toBe(text);
  });

  it('is the whole of plain text, and of files of unknown languages', () => {
    const source = 'const a = "b"; // c';
    expect(proseOf(source, 'plaintext', 'comments')).toBe(source);
    expect(proseOf(source, 'constructor', 'comments')).toBe(source);
    expect(isMixed('plaintext')).toBe(false);
    expect(isMixed('toString')).toBe(false);
    expect(isMixed('latex')).toBe(true);
  });
});

describe('hostile files', () => {
  const SIZE = 300_000;
  const PARTS = [
    '<!--',
    '$$',
    '\\(',
    '\\\\[',
    '\\begin{math}',
    '::',
    '`',
    '](',
    '<a',
    '$a',
    '\\cite[',
    '----\n',
    '```\n',
    'a',
    ' ',
    '\n',
    '"',
    '/*',
    '#',
    '<script',
    '.. code::\n ',
    '\\a{',
    '<<',
    ':a:',
  ];
  it.each(PARTS)('of %j over and over are read in time', (part) => {
    const source = part.repeat(SIZE / part.length);
    for (const languageId of [
      'markdown',
      'latex',
      'restructuredtext',
      'asciidoc',
      'html',
      'git-commit',
      'typescript',
      'python',
    ]) {
      expect(proseOf(source, languageId, 'commentsAndStrings')).toHaveLength(source.length);
    }
  });

  it('keep their length in every language', () => {
    const source = `/* a 'b" */ # c """ d -- ]] e\n'''f 😀 g`;
    for (const languageId of CODE_LANGUAGES) read(languageId, source);
  });
});
