import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentsOf } from '../../../src/core/sourceCode/comments.js';
import { CODE_EXTENSIONS, languageOf } from '../../../src/core/sourceCode/commentSyntax.js';

const read = (extension: string, source: string): string[] =>
  commentsOf(source, languageOf(extension)!).map(({ text }) => text);

describe('commentsOf', () => {
  const cases: readonly (readonly [extension: string, source: string, comments: string[]])[] = [
    [
      '.ts',
      [
        '/**',
        ' * Adds two numbers.',
        ' *',
        ' * @returns the sum',
        ' */',
        "const url = 'http://x.org'; // why it is so",
        '// one',
        '// two',
        '',
        '// three',
        'const r = a / b; const e = /[/*]"\\//g; // four',
        'const t = `// no ${/* yes yes */ f(`/* no */`, { a: "}" })} // no`; /* five */',
        'const p = <a href="x">http://no.org</a>;',
      ].join('\n'),
      [
        ...['Adds two numbers.\n\n@returns the sum', 'why it is so', 'one\ntwo', 'three', 'four'],
        ...['yes yes', 'five'],
      ],
    ],
    [
      '.py',
      [
        '#!/usr/bin/env python',
        '"""The module.',
        '',
        '   In two paragraphs.',
        '"""',
        'x = "# no"  # a comment',
        'def f():',
        "    r'''What f does.'''",
        '    s = """no # no"""',
        '    return g(',
        '        """no argument""",',
        '    )',
      ].join('\n'),
      ['The module.\n\nIn two paragraphs.', 'a comment', 'What f does.'],
    ],
    ['.java', 'String s = """\n // no\n """; /* Ja. */ char c = \'"\'; // so', ['Ja.', 'so']],
    [
      '.cpp',
      'auto s = R"x(// no)" )x"; int n = 1\'000\'000; // yes\n#define A "//" // too',
      ['yes', 'too'],
    ],
    [
      '.cs',
      'var s = @"c:\\"; var r = """ "// no" """; /// <summary>Yes</summary>',
      ['<summary>Yes</summary>'],
    ],
    ['.go', 'package p\n// Package p is\n// small.\nvar s = `// no`', ['Package p is\nsmall.']],
    [
      '.rs',
      'let s = r#"// "no"#; /* a /* nested */ one */ fn f<\'a>(x: &\'a str) {} // end',
      ['a /* nested */ one', 'end'],
    ],
    ['.rb', 'x = "#{y} # no" # yes\n=begin\nA block\n=end\nz = 1', ['yes', 'A block']],
    [
      '.php',
      '<p>// no # no</p>\n<?php // yes ?>\n# no\n<?php /* too */ $a = "// no";',
      ['yes', 'too'],
    ],
    ['.sh', '#!/bin/sh\n# Says it.\necho $# "# no" ${x#y} \'# no\'', ['Says it.']],
    ['.sql', "SELECT 'it''s -- no' -- yes\n/* too */", ['yes', 'too']],
    ['.css', 'a { content: "/* no */"; /* yes */ }', ['yes']],
    ['.xml', '<a b="c"><!-- yes\n  and so --></a>', ['yes\nand so']],
    ['.lua', '-- one\nx = "-- no" --[[ two\nlines ]]', ['one', 'two\nlines']],
    ['.js', '// ------\n/* eins', ['eins']],
  ];
  it.each(cases)('reads %s', (extension, source, comments) => {
    expect(read(extension, source)).toEqual(comments);
  });

  it('knows the place of every character, whatever the code', () => {
    const parts = fc.constantFrom(
      ...[
        '//',
        '/*',
        '*/',
        '#',
        '"',
        "'",
        '`',
        '"""',
        '\\',
        '\n',
        '\r\n',
        ' * ',
        'word',
        '${',
        '}',
      ],
      ...['{', ' ', '--', '<!--', '-->', '/', 'r#', '@"', '(', ')', '=', '🌍', '<?php', '?>'],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...CODE_EXTENSIONS),
        fc.array(parts, { maxLength: 30 }).map((all) => all.join('')),
        (extension, source) => {
          for (const text of commentsOf(source, languageOf(extension)!)) {
            for (let i = 0; i < text.length; i++) {
              const place = source.slice(text.startOf(i), text.endOf(i));
              if (text.text[i] === '\n') expect(place).toMatch(/\n/);
              else expect(place).toBe(text.text[i]);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes time in proportion to the code', () => {
    for (const extension of ['.ts', '.py', '.rs', '.php']) {
      for (const part of ['"\\', '`${', '/* ', '"""x', "'", '/[', '// x\n', '{', '(']) {
        const started = performance.now();
        commentsOf(part.repeat(100_000), languageOf(extension)!);
        expect(performance.now() - started, `${extension} ${part}`).toBeLessThan(10_000);
      }
    }
  });
});
