import { describe, expect, it } from 'vitest';
import { AlignedText } from '../../../src/core/text/alignedText.js';
import { cleanText } from '../../../src/core/cleaning/cleanText.js';
import { CLEANING_STEPS, type CleaningStep } from '../../../src/core/cleaning/steps.js';
import { cleaned } from './cleaning.js';

/** Name, source text, cleaned text. */
type Case = readonly [string, string, string];

const CASES: Readonly<Partial<Record<CleaningStep, readonly Case[]>>> = {
  html: [
    ['tags and entities', '<p class="a">One &amp; t&eacute;o &#x1F600;</p>', 'One & téo 😀'],
    ['an entity of two characters', 'a &nGt; b', 'a \u226b\u20d2 b'],
    ['blocks as paragraphs', '<h1>A</h1><p>b</p><ul><li>c<li>d</ul>e', 'A\n\nb\n\nc\nd\n\ne'],
    [
      'line breaks',
      'Great.<br /><br />\n I <i>loved</i> it<br>twice',
      'Great.\n\nI loved it\ntwice',
    ],
    ['cells', '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    [
      'scripts, styles and comments',
      'a<script>if (b < c) "</p>"</script><style>d{}</style><!-- e --> f',
      'a f',
    ],
    [
      'drawings and templates',
      'a <svg><text>b</text><svg/></svg><template><p>c</p></template> d',
      'a d',
    ],
    [
      'a document',
      '<!doctype html>\n<html><head><title>T</title></head>\n<body>\n  <p>a\n   b</p>\n</body></html>\n',
      'T\n\na b',
    ],
    ['preformatted text', '<html><pre>a\n  b</pre> c  d', 'a\n  b\n\nc d'],
    [
      'what is no markup',
      'a < b, <me@x.org>, <https://x.org>, 1 <3 & x',
      'a < b, <me@x.org>, <https://x.org>, 1 <3 & x',
    ],
    ['a tag without end', 'a &lt; b <c d', 'a < b <c d'],
    ['an element without end', 'the <script> tag & more', 'the tag & more'],
  ],
  urls: [
    ['addresses', 'See https://example.org/a?b=c#d and ftp://x.org now', 'See and now'],
    ['what ends a sentence', 'At http://x.org/a. Or (www.x.org), <http://y.de/>!', 'At. Or (),!'],
    ['brackets of their own', 'x https://en.wikipedia.org/wiki/Set_(mathematics) y', 'x y'],
    ['bare hosts with a path', 'on github.com/a/b and x.py/y', 'on and x.py/y'],
    [
      'neighbours without a space',
      '请访问http://example.com/a。谢谢 http://x.jp/aにて',
      '请访问。谢谢 にて',
    ],
    ['only lines of them', 'a\nhttp://x.org\nb', 'a\n\nb'],
    ['no e-mail addresses', 'a@www.x.org, and/or, e.g. 3.com', 'a@www.x.org, and/or, e.g. 3.com'],
  ],
  controls: [
    ['zero-width characters', 'a\u200bb\u2060c\ufeffd\u200ee\u00adf', 'abcdef'],
    ['controls', 'a\0b\x1b[c\x7f\td\r\n', 'ab[c\td\r\n'],
    ['line and paragraph separators', 'a\u2028b\vc\u2029d\x85e', 'a\nb\nc\n\nd\ne'],
    ['joiners of emoji', '👩‍👩‍👧 ❤️‍🔥 a\u200db', '👩‍👩‍👧 ❤️‍🔥 ab'],
    ['joiners of scripts', 'می‌خواهم क्‍ष ক্‌ষ a\u200cb', 'می‌خواهم क्‍ष ক্‌ষ ab'],
    [
      'flags, but not hidden text',
      '🏴\u{E0067}\u{E0062}\u{E007F} a\u{E0041}\u{E0042}',
      '🏴\u{E0067}\u{E0062}\u{E007F} a',
    ],
    ['halves of characters', 'a\ud83db\udc00 😀', 'ab 😀'],
    ['the vowel separator of Mongolian', 'ᠠ\u180eᠠ a\u180e', 'ᠠ\u180eᠠ a'],
  ],
  unicode: [
    ['ligatures, widths and numbers', 'ﬁne Ａ１ ① Ⅷ x² … ™', 'fine A1 1 VIII x2 ... TM'],
    ['what composes', 'Cre\u0300me q\u0307\u0323 \u1112\u1161\u11ab', 'Crème q\u0323\u0307 한'],
    ['halfwidth kana and jamo', 'ｶﾞｷﾞ ㄱㅏ', 'ガギ 가'],
    ['spaces', 'a\u00a0b\u3000c', 'a b c'],
  ],
  punctuation: [
    ['marks', 'No!!!!! Wait...... -------- ====', 'No!!! Wait... --- ==='],
    ['marks in turn', 'What?!?!?!?!?! =-=-=-=-=-', 'What?!?!?! =-=-=-'],
    ['marks with blanks', '* * * * *\n- - -', '* * *\n- - -'],
    ['other scripts and emoji', '。。。。。！！！！ 😂😂😂😂😂', '。。。！！！ 😂😂😂'],
    ['no letters and digits', 'soooooo 1000000 ...', 'soooooo 1000000 ...'],
  ],
  emails: [
    [
      'quotes and what introduces them',
      'Yes.\n\nOn Mon, May 1, 2024 at 9:00 A <a@b.c> wrote:\n> Is it?\n>> Hm\n\nBye',
      'Yes.\n\n\nBye',
    ],
    [
      'introductions on two lines',
      'Yes\nOn Mon, May 1, 2024 at 9:00 A B <a@b.c>\nwrote:\n> x\n',
      'Yes\n',
    ],
    [
      'other languages',
      'Am 01.05.2024 um 9:00 schrieb A:\nLe 1 mai 2024, A a écrit :\nEl 1 may 2024 A escribió:\n2024年5月1日 A のメール:\n在 2024年5月1日，A 写道：\n1 мая 2024 г. A пишет:\nja',
      'ja',
    ],
    [
      'no other lines with a colon',
      'On Monday he wrote:\nLe texte:\n',
      'On Monday he wrote:\nLe texte:\n',
    ],
    [
      'headers of forwarded mails',
      'See.\n\n-----Original Message-----\nFrom: A\nSent: Monday\nTo: B\n C\nSubject: D\n\nWords: yes\n',
      'See.\n\n\nWords: yes\n',
    ],
    [
      'headers in other languages',
      'Von: A\nGesendet: Montag\nAn: B\nBetreff: C\n\nText\n\n发件人: A\n主题: B\n\n正文',
      '\nText\n\n\n正文',
    ],
    [
      'whole mails',
      'From a@b.c Mon May  1 10:00:00 2024\nFrom: a@b.c\nX-Mailer: D 1\n\nText\n',
      '\nText\n',
    ],
    [
      'a line that looks like a header',
      'From: the start\n\nTo: be\n',
      'From: the start\n\nTo: be\n',
    ],
    ['signatures', 'Text\n-- \nA B\nACME\n', 'Text\n'],
    ['signatures before the next mail', 'One\n-- \nA\nFrom: B\nDate: 2\n\nTwo\n', 'One\n\nTwo\n'],
    ['notes of telephones', 'Ok\nSent from my iPhone\nVon meinem iPhone gesendet\n', 'Ok\n'],
  ],
  boilerplate: [
    [
      'menus',
      'Home | About us | Contact\nWords | of, a | table 1.\nHome > Docs > API\n',
      'Words | of, a | table 1.\n',
    ],
    [
      'links of pages',
      'Skip to main content\nText.\nPrivacy Policy\nZum Inhalt springen\nPage 3 of 12\n続きを読む\n',
      'Text.\n',
    ],
    [
      'licences',
      '/*\n * Permission is hereby\n * granted, free of charge, to any\n */\n\nText\n\nCopyright (c) 2020 A B. All rights reserved.\nMore',
      '\nText\n\nMore',
    ],
    [
      'no prose about them',
      'The privacy policy of a home changed.\nCopyright is a right.',
      'The privacy policy of a home changed.\nCopyright is a right.',
    ],
  ],
};

describe.each(Object.entries(CASES))('cleaning %s', (step, cases) => {
  it.each(cases)('%s', (_, source, result) => {
    expect(cleaned(source, step as CleaningStep)).toBe(result);
  });
});

describe('cleaning takes linear time', () => {
  const repeat = (text: string): string => text.repeat(Math.ceil(80_000 / text.length));
  // Quadratic time would take minutes for each.
  it.each(
    [
      '<',
      '<a ',
      '<a "',
      '&a',
      '<!--',
      '<script>',
      '<svg>',
      '</',
      '*a_ ',
      'a**b_',
      '[',
      '[a](b',
      '[a](b "',
    ]
      .concat([
        '> a\n',
        '- ',
        '|a',
        '`a ``b ',
        '# ',
        '~a ~~b ',
        '1. ',
        '    a\n',
        '[a]: b "\n\n',
        '\\',
        '---\n',
      ])
      .concat(['http://a', 'www.a', ')', 'a.', 'a-', '[a]', '!', '?!', '- - ', ' ', '\t', '\n'])
      .concat([
        '\u200d',
        'a\u0301',
        '\u0301',
        'ㄱㅏ',
        '\u{E0067}',
        '\ud83d',
        'To: a\n',
        'From: a\n x\n',
        '--\n',
      ])
      .concat([
        'On 1 wrote ',
        'Am 1 schrieb ',
        'Home | ',
        'copyright 2020 ',
        ' * ',
        'we use cookies ',
        'a',
      ])
      .map((piece) => [piece]),
  )('%j', (piece) => {
    for (const prefix of ['', 'http://a', '<html>', '[x]: y\n\nFrom: a\n']) {
      const text = `${prefix}${repeat(piece)}`;
      for (const step of CLEANING_STEPS) {
        expect(cleanText(AlignedText.of(text), [step]).length).toBeLessThanOrEqual(2 * text.length);
      }
    }
  });
});
