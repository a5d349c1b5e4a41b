import { describe, expect, it } from 'vitest';
import { AlignedText } from '../../../src/core/text/alignedText.js';
import { cleanText } from '../../../src/core/cleaning/cleanText.js';
import {
  BoilerplateCounter,
  type RepeatedLines,
} from '../../../src/core/cleaning/repeatedLines.js';

const page = (n: number): string =>
  `ACME intranet, page ${n} of 20\nWords of day ${String.fromCharCode(97 + n)}, only here.\n  Call 555-${n} for help  \n`;

/** A number in letters, since those in digits are all one. */
const lettersOf = (n: number): string =>
  Array.from(String(n), (digit) => 'abcdefghij'[Number(digit)]).join('');

const counted = (texts: readonly string[], options = {}): RepeatedLines => {
  const counter = new BoilerplateCounter(options);
  for (const text of texts) counter.add(text);
  return counter.finish();
};

describe('BoilerplateCounter', () => {
  const pages = Array.from({ length: 12 }, (_, i) => page(i));

  it('finds the lines that stand in many texts, whatever their numbers and blanks', () => {
    const repeatedLines = counted(pages);
    expect(repeatedLines.size).toBe(2);
    const text = AlignedText.of(page(3));
    const result = cleanText(text, ['boilerplate'], { repeatedLines });
    expect(result.text).toBe('Words of day d, only here.\n');
    expect(result.startOf(0)).toBe(page(3).indexOf('Words'));
    expect(cleanText(text, ['boilerplate'])).toBe(text);
    expect(cleanText(text, ['urls'], { repeatedLines })).toBe(text);
  });

  it('counts a line once a text, and not before it stands in enough', () => {
    const often = 'same line\n'.repeat(50);
    expect(counted([often, often, often, often]).size).toBe(0);
    expect(counted([often, often, often, often, often]).has('Same  line')).toBe(true);
    expect(counted(pages.slice(0, 2), { minimumTexts: 2 }).size).toBe(2);
  });

  it('takes what continues a text for a part of it', () => {
    const counter = new BoilerplateCounter();
    for (let i = 0; i < 20; i++) counter.add('Chapter\n', { continues: i % 5 > 0 });
    expect(counter.finish().size).toBe(0);
    counter.add('Chapter\n');
    expect(counter.finish().has('Chapter')).toBe(true);
  });

  it('finds what is frequent in bounded memory', () => {
    const counter = new BoilerplateCounter({ capacity: 1000 });
    for (let i = 0; i < 300; i++) {
      const words = Array.from({ length: 50 }, (_, k) => lettersOf(50 * i + k));
      counter.add(`The menu\n${words.join('\n')}`);
    }
    const repeated = counter.finish();
    expect(repeated.has('The menu')).toBe(true);
    expect(repeated.size).toBeLessThan(50);
  });
});
