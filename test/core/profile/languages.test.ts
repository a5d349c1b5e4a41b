import { describe, expect, it } from 'vitest';
import { languageName, shortCode } from '../../../src/core/languageNames.js';
import {
  countScripts,
  languageShares,
  scoreLanguages,
  scriptShares,
} from '../../../src/core/profile/languages.js';

const best = (text: string): string | undefined => scoreLanguages(text)[0]?.[0];

describe('languages', () => {
  it('are told from a sentence', () => {
    expect(best('The captain looked at the sea and said nothing to anybody.')).toBe('eng');
    expect(best('Der Kapitän sah auf das Meer und sagte zu niemandem ein Wort.')).toBe('deu');
    expect(best('今日は天気がいいですね。')).toBe('jpn');
    expect(best('我们明天去北京看朋友，然后一起吃饭。')).toBe('cmn');
  });

  it('are not guessed from a few letters', () => {
    expect(scoreLanguages('The sea')).toEqual([]);
    expect(scoreLanguages('海')).toEqual([]);
  });

  it('count a text that seems to be of a rare language for a common one nearly as likely', () => {
    const english = { scores: [['eng', 1]] as const, weight: 95 };
    const doubtful = {
      scores: [
        ['hms', 1],
        ['eng', 0.95],
      ] as const,
      weight: 3,
    };
    const other = {
      scores: [
        ['fra', 1],
        ['eng', 0.4],
      ] as const,
      weight: 2,
    };
    expect(languageShares([english, doubtful, other])).toEqual([
      { code: 'en', name: 'English', share: 0.98 },
      { code: 'fr', name: 'French', share: 0.02 },
    ]);
    expect(languageShares([])).toEqual([]);
  });

  it('have names and short codes', () => {
    expect([shortCode('eng'), shortCode('en-GB'), shortCode('cmn')]).toEqual(['en', 'en', 'zh']);
    expect(languageName('deu')).toBe('German');
    expect(languageName('not a code')).toBe('not a code');
  });
});

describe('scripts', () => {
  it('are counted letter by letter', () => {
    const counts = ['abc де 12', '日本の'].map(countScripts);
    expect(scriptShares(counts)).toEqual([
      { name: 'Latin', share: 3 / 8 },
      { name: 'Cyrillic', share: 2 / 8 },
      { name: 'Han', share: 2 / 8 },
      { name: 'Hiragana', share: 1 / 8 },
    ]);
    expect(scriptShares([])).toEqual([]);
  });
});
