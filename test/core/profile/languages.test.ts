import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { detectLanguages } from '../../../src/core/profile/detectLanguages.js';
import { languageName, shortCode } from '../../../src/core/languageNames.js';
import { languageShares, scriptShares } from '../../../src/core/profile/languages.js';
import { countScripts } from '../../../src/core/text/scripts.js';

const languagesOf = (text: string): (string | undefined)[] =>
  detectLanguages(text).map(({ scores }) => scores[0]?.[0]);
const SENTENCES = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../fixtures/languages/sentences.json'), 'utf8'),
) as Record<string, string[]>;

describe('languages', () => {
  it('are told from a sentence', () => {
    const wrong = Object.entries(SENTENCES).flatMap(([language, [, , ...sentences]]) =>
      sentences.filter((sentence) => languagesOf(sentence).join() !== language),
    );
    expect(wrong).toEqual([]);
  });

  it('are told from short questions, or not at all', () => {
    const found = Object.entries(SENTENCES).flatMap(([language, sentences]) =>
      sentences.slice(0, 2).map((sentence) => [language, languagesOf(sentence).join()] as const),
    );
    const judged = found.filter(([, other]) => other !== '');
    expect(judged.filter(([language, other]) => language !== other)).toEqual([]);
    expect(judged.length / found.length).toBeGreaterThan(0.6);
  });

  it('are not guessed from a few letters', () => {
    expect(detectLanguages('The sea')).toEqual([]);
    expect(detectLanguages('海')).toEqual([]);
    expect(detectLanguages('123 – 456')).toEqual([]);
  });

  it('are several in mixed text, script by script', () => {
    const mixed = detectLanguages('Our new office opens on Monday. 我们的新办公室星期一开业。');
    expect(mixed.map(({ scores }) => scores[0]![0])).toEqual(['en', 'zh']);
    expect(mixed[0]!.share + mixed[1]!.share).toBeCloseTo(1);
    expect(
      languagesOf('Комиссия ещё не решила, стоит ли. The committee has not decided yet.'),
    ).toEqual(['en', 'ru']);
    // A name in another script does not count as a second language.
    expect(languagesOf('我用 iPhone 给你打电话，你没有接。')).toEqual(['zh']);
    expect(languagesOf('漢字が多い文章でも日本語である。')).toEqual(['ja']);
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
