import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlignedText } from '../../../src/core/text/alignedText.js';
import { cleanText } from '../../../src/core/cleaning/cleanText.js';
import { CLEANING_STEPS, type CleaningStep } from '../../../src/core/cleaning/steps.js';
import { cleaned, misplaced, overlapping, respelled, textsWith } from './cleaning.js';

const PIECES: Readonly<Record<CleaningStep, readonly string[]>> = {
  html: [
    '<p>',
    '</p>',
    '<br>',
    '<b>',
    '</b>',
    '&amp;',
    '&nGt;',
    '&#x1F600;',
    '&lt',
    '<script>',
    '</script>',
    '<!--',
    '-->',
    '<svg/>',
    '<html>',
    '<pre>',
    '</pre>',
    '<td>',
    '<a href="x>y">',
    '<',
    '>',
    '</',
    '<!',
    '"',
    '<x@y.z>',
    '<style>p{}</style>',
    '<textarea>',
    '</>',
    '<?php ?>',
    '<![CDATA[',
    ']]>',
    '<plaintext>',
  ],
  markdown: [
    '# ',
    '\n# ',
    ' #',
    '* ',
    '- ',
    '1. ',
    '> ',
    '**',
    '*',
    '_',
    '__',
    '~~',
    '`',
    '```',
    '~~~',
    '[',
    '](',
    ')',
    '![',
    ']: ',
    '[a]: b\n',
    '[a]',
    '[^1]',
    '[^1]: ',
    '|',
    '\n|-|-|\n',
    '\\',
    '&amp;',
    '<b>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
    '<https://x.y>',
    '---\n',
    '===\n',
    '    ',
    '\t',
    '\r\n',
    '+++\n',
    '\n',
    '\n\n',
    '[ ] ',
    '"t"',
  ],
  emails: [
    '> ',
    '\n> a\n',
    'On 1 May 2024, A <a@b.c> wrote:\n',
    '\nOn 1 May 2024, A\nwrote:\n',
    '\n-- \n',
    '\n--\n',
    '\r\n',
    'From: a\n',
    '\nTo: b\nSubject: c\n',
    '-----Original Message-----\n',
    'Sent from my iPhone',
    '\n',
    ' continued\n',
  ],
  boilerplate: [
    'Home | About | Contact\n',
    '\n\n',
    '\nPrivacy Policy\n',
    'Copyright (c) 2020 A\n',
    '// SPDX-License-Identifier: MIT\n',
    ' * Permission is hereby\n * granted, free of charge',
    '\n',
    '\r\n',
  ],
  urls: [
    'http://',
    'https://example.org/a_(b)',
    'www.',
    'www.x.de',
    '://',
    'http',
    '/',
    '.com/',
    'a.com/x',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    '@',
    'wwwwww..',
    '日',
    'http://日本.jp',
    ')))',
    '-',
  ],
  controls: [
    '\u200b',
    '\u200c',
    '\u200d',
    '\ufeff',
    '\xad',
    '\0',
    '\u2028',
    '\u2029',
    '\v',
    'ب',
    'क्',
    '👩',
    '👍🏽',
    '❤️',
    '\u{1F3F4}',
    '\u{E0067}',
    '\u{E007F}',
    '\ud83d',
    '\udc69',
    '\u180e',
    'ᠠ',
    '\u202e',
    '\x85',
    '\r\n',
  ],
  unicode: [
    'ﬁ',
    'e\u0301',
    '\u0301',
    'ｶﾞ',
    'ㄱㅏ',
    '①',
    '가',
    '\u1161',
    '\u11a8',
    '\u0323\u0307',
    'Ａ',
    '…',
    '\u0344',
    'ﷺ',
    '\ud800',
  ],
  punctuation: [
    '!!!!',
    '!',
    '?!',
    '?!?!?!',
    '?',
    '-----',
    '- - - -',
    '- ',
    '。。。。。',
    '😂',
    '…',
    '~=-',
  ],
};
/** Every unit that these leave is a unit of the source. */
const DELETING: readonly CleaningStep[] = ['urls', 'emails', 'boilerplate', 'punctuation'];
const IDEMPOTENT: readonly CleaningStep[] = ['controls', 'unicode', 'punctuation'];

describe.each(CLEANING_STEPS)('cleaning %s', (step) => {
  const clean = (text: string): AlignedText => cleanText(AlignedText.of(text), [step]);

  it('throws on no text, and keeps places in order and within the source', () => {
    fc.assert(
      fc.property(textsWith(PIECES[step]), (text) => {
        const result = clean(text);
        expect(misplaced(result, text)).toEqual([]);
        expect(overlapping(result)).toEqual([]);
        if (DELETING.includes(step)) expect(respelled(result, text)).toEqual([]);
        if (IDEMPOTENT.includes(step)) expect(clean(result.text).text).toBe(result.text);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it('gives back the very text where there is nothing to clean', () => {
    const text = AlignedText.of(
      'Plain words, a sentence.\n\nAnother – naïve, 日本語。 5 < 6 & 7.',
      12,
    );
    expect(cleanText(text, [step])).toBe(text);
  });

  it('finds the same at any place of the source', () => {
    fc.assert(
      fc.property(textsWith(PIECES[step]), (text) => {
        // Front matter is at the start of a file only.
        fc.pre(!/^(?:---|\+\+\+)/.test(text));
        const result = clean(text);
        const moved = cleanText(AlignedText.of(text, 100), [step]);
        expect(moved.text).toBe(result.text);
        for (let unit = 0; unit < result.length; unit++) {
          expect(moved.startOf(unit)).toBe(result.startOf(unit) + 100);
          expect(moved.endOf(unit)).toBe(result.endOf(unit) + 100);
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});

describe('cleanText', () => {
  it('applies steps in their fixed order, whatever order they are named in', () => {
    const text = '<p>ﬁve&#8203;&shy;&hellip; http://x.org/?a&amp;b</p>';
    const steps: CleaningStep[] = ['html', 'urls', 'controls', 'unicode'];
    expect(cleaned(text, ...steps)).toBe('five...');
    expect(cleaned(text, ...steps.toReversed())).toBe('five...');
  });

  it('knows after all steps where in the source every character stood', () => {
    fc.assert(
      fc.property(textsWith(CLEANING_STEPS.flatMap((step) => PIECES[step])), (text) => {
        expect(misplaced(cleanText(AlignedText.of(text), CLEANING_STEPS), text)).toEqual([]);
      }),
      { seed: 6, numRuns: 1000 },
    );
    const source = 'a <b>ﬁne&amp;</b> day';
    const result = cleanText(AlignedText.of(source), ['html', 'unicode']);
    expect(result.text).toBe('a fine& day');
    const places = Array.from(result.text, (_, i) =>
      source.slice(result.startOf(i), result.endOf(i)),
    );
    expect(places).toEqual(['a', ' <b>', 'ﬁ', 'ﬁ', 'n', 'e', '&amp;', '</b> ', 'd', 'a', 'y']);
  });
});
