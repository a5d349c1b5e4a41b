import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  Cleaner,
  isProse,
  paragraphsOfHtml,
  paragraphsOfSentences,
  paragraphsOfText,
  tidy,
} from '../../../scripts/pretraining/cleaning.js';
import { readRStrings } from '../../../scripts/pretraining/sources/rStrings.js';

const SENTENCE = 'It is a truth universally acknowledged that this is a sentence of plain prose.';

describe('paragraphs', () => {
  it('come from between block tags, without code, with entities decoded', () => {
    const html = `<title>t</title><p>One &amp; <b>two</b>&#8212;&#x33;.<p>Next<br>line<pre>code</pre>
      <!-- no --><SCRIPT>x < y</SCRIPT><td>cell &unknown; &quot;q&quot;</td>`;
    expect(paragraphsOfHtml(html)).toEqual([
      'One & two - 3.',
      'Next',
      'line',
      'cell &unknown; "q"',
    ]);
  });

  it('come from between blank lines, with quotation marks and emphasis made plain', () => {
    expect(paragraphsOfText('“a\r\n b”\r\n \r\n_Title_ snake_case_name isn’t…')).toEqual([
      '"a b"',
      "Title snake_case_name isn't...",
    ]);
    expect(tidy('soft\u00adhyphen  -- dash')).toBe('softhyphen - dash');
  });

  it('are made of sentences where there are none', () => {
    const text = Array(10).fill(SENTENCE).join(' ');
    const paragraphs = paragraphsOfSentences(text, 200);
    expect(paragraphs.every(({ length }) => length <= 200)).toBe(true);
    expect(paragraphs.join(' ')).toBe(text);
  });
});

describe('isProse', () => {
  it.each([
    ['prose', SENTENCE, true],
    ['a heading', 'The State of the Union and What Is to Be Done', false],
    ['code', 'for (i = 0; i < 10; i++) { x[i] = the_value; } and so on.', false],
    ['a list of names', 'London Paris Berlin Rome Madrid Vienna Prague Warsaw Lisbon Oslo.', false],
    ['numbers', 'In 1990 12.5, 1991 13.7, 1992 14.9, 1993 15.1 and 1994 16.2 of 100.', false],
    [
      'another language',
      'Il est une vérité universellement reconnue ici et partout ailleurs.',
      false,
    ],
    ['a fragment', 'Not enough of this.', false],
  ])('tells %s', (_, paragraph, expected) => {
    expect(isProse(paragraph)).toBe(expected);
  });
});

describe('Cleaner', () => {
  it('keeps a long sentence once over all documents, and drops what is left too short', () => {
    const cleaner = new Cleaner();
    const other = SENTENCE.replace('truth', 'fact');
    expect(cleaner.clean([[SENTENCE, other, SENTENCE]])).toEqual([[SENTENCE, other]]);
    expect(cleaner.clean([[SENTENCE, other]])).toEqual([]);
  });
});

describe('readRStrings', () => {
  const integer = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const chunk = (type: number, strings: readonly (string | null)[]): Buffer => {
    const items = strings.map((text) =>
      text === null
        ? Buffer.concat([integer(9), integer(-1)])
        : Buffer.concat([integer(0x40009), integer(Buffer.byteLength(text)), Buffer.from(text)]),
    );
    const content = Buffer.concat([
      Buffer.from('X\n'),
      ...[3, 0x40201, 0x30500, 5].map(integer),
      Buffer.from('UTF-8'),
      ...[type, strings.length].map(integer),
      ...items,
    ]);
    return Buffer.concat([integer(content.length), deflateSync(content)]);
  };

  it('reads the character vectors of a database and passes over the rest', () => {
    const database = Buffer.concat([
      chunk(16, ['EMMA', '', null, 'é']),
      chunk(13, []),
      chunk(16, ['x']),
    ]);
    expect([...readRStrings(database)]).toEqual([['EMMA', '', '', 'é'], ['x']]);
  });
});
