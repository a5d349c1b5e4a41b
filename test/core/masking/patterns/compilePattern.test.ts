import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../src/core/masking/patterns/compilePattern.js';
import { randomStream } from '../../../../src/core/random.js';
import { leastTime } from '../../../support/leastTime.js';

function matches(pattern: string, text: string): string[] {
  const find = compilePattern(pattern).matchesIn(text, 0, text.length);
  const found: string[] = [];
  for (let at = 0; at <= text.length;) {
    const match = find(at);
    if (match === null) break;
    const { start, end } = match;
    if (end > start) found.push(`${String(start)} ${text.slice(start, end)}`);
    at = end > start ? end : end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
  }
  return found;
}

const words = (pattern: string, text: string): string[] =>
  matches(pattern, text).map((match) => match.replace(/^\d+ /, ''));

describe('patterns', () => {
  it.each([
    ['\\bcafé\\b|\\bélan\\b', 'The café has élan, but xélan and cafés stay.', 'café', 'élan'],
    ['\\bкот\\b', 'кот, котик, скот и кот', 'кот', 'кот'],
    ['é\\B', 'élan café é', 'é'],
    ['\\Bé\\b', 'élan café é', 'é'],
    ['\\w+', 'naïve Ünïcode_9 देवनागरी ١٢٣', 'naïve', 'Ünïcode_9', 'देवनागरी', '١٢٣'],
    ['\\W+', 'élan, café', ', '],
    ['[^\\W\\d]+', 'été 2024x ١', 'été', 'x'],
    ['[\\W_]+', 'été_—été', '_—'],
    ['\\d{3}', '١٢٣ and 456', '١٢٣', '456'],
    ['\\D+', '١٢ab٣', 'ab'],
    ['a\\sb', 'a\u00a0b a\u3000b ab', 'a\u00a0b', 'a\u3000b'],
    ['\\S+', 'é\u2003ü', 'é', 'ü'],
    ['\\p{Script=Han}+', '用户ann发来', '用户', '发来'],
    ['\\p{sc=Han}+', '用户ann', '用户'],
    ['\\p{Han}+', '用户ann', '用户'],
    ['\\p{sc=Grek}+', 'abc αβγ', 'αβγ'],
    ['\\p{scx=Hira}+', 'ひらー漢', 'ひらー'],
    ['[\\p{Script=Latin}\\d]+', 'abc9 αβγ', 'abc9'],
    ['\\P{L}+', 'é1 ü', '1 '],
    ['[^\\p{Letter}]+', 'é1 ü', '1 '],
    ['\\p{Uppercase_Letter}', 'éÜ', 'Ü'],
    ['\\p{Lu}\\pL', 'éÜb', 'Üb'],
    ['(?i)\\bÉLAN\\b', 'élan', 'élan'],
    ['^é.$', 'éa\néb\ncéa', 'éa', 'éb'],
    ['(?-m)^é', 'é\né', 'é'],
    ['\\Aé|é\\z', 'éaé\né', 'é', 'é'],
    ['(?:\\b|x)é(?:\\b|y)', 'é xéy aé éa', 'é', 'xéy'],
    ['\\Qé.\\E\\b?', 'é. éx', 'é.'],
    ['\\u00e9|\\u{1F600}', 'é 😀', 'é', '😀'],
    ['😀\\b', '😀é 😀 é', '😀'],
    ['\\b(?P<word>é+)\\b', 'éé aé', 'éé'],
  ])('%s in %j', (pattern, text, ...found) => {
    expect(words(pattern, text)).toEqual(found);
  });

  it('match as the patterns of JavaScript with Unicode borders do', () => {
    const random = randomStream(5);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    // Engines differ in repetitions of what can be empty, so groups are not repeated.
    const atom = (): string =>
      pick(['a', 'é', 'ж', '-', ' ', '.', '\\w', '\\W', '[aé]', '[^é]', '\\d', '😀']) +
      pick(['', '', '', '*', '+', '?', '*?', '{1,2}']);
    const part = (depth: number): string => {
      if (random() < 0.3) return pick(['\\b', '\\B', '^', '$']);
      return depth > 0 && random() < 0.4 ? `(?:${pattern(depth - 1)})` : atom();
    };
    const pattern = (depth: number): string =>
      Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
        Array.from({ length: 1 + Math.floor(random() * 4) }, () => part(depth)).join(''),
      ).join('|');
    const word = '[\\p{L}\\p{M}\\p{N}_]';
    const natively = (source: string): RegExp =>
      new RegExp(
        source
          .replaceAll('\\b', `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`)
          .replaceAll('\\B', `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`)
          .replaceAll('\\W', '[^\\p{L}\\p{M}\\p{N}_]')
          .replaceAll('\\w', word)
          .replaceAll('\\d', '\\p{Nd}'),
        'gmu',
      );
    for (let n = 0; n < 60; n++) {
      const source = pattern(2);
      const text = Array.from({ length: 12 }, () => pick('aéж- \n😀1'.match(/./gsu)!)).join('');
      const expected = [...text.matchAll(natively(source))].flatMap(({ 0: found, index }) =>
        found === '' ? [] : [`${String(index)} ${found}`],
      );
      expect(matches(source, text), `${source} in ${JSON.stringify(text)}`).toEqual(expected);
    }
  });

  it('take linear time with borders', () => {
    const compiled = compilePattern('(?:\\b\\w+\\b ?)+!|(?:é*)*\\b-');
    const find = (length: number) => (): unknown => {
      const text = 'é a '.repeat(length / 4);
      return compiled.matchesIn(text, 0, text.length)(0);
    };
    find(1000)();
    expect(leastTime(find(40_000))).toBeLessThan(8 * leastTime(find(10_000)) + 20);
  });
});
