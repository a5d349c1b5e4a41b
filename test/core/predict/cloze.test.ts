import { describe, expect, it } from 'vitest';
import { masksIn } from '../../../src/core/predict/spelledMasks.js';
import { makeCloze, type ClozeOptions } from '../../../src/core/predict/cloze.js';
import { clozeSheet } from '../../../src/core/predict/clozeSheet.js';
import { FakeModel, FakeTokenizer, type LogitRule } from './fakeModel.js';

const NOUNS = ['ship', 'boat', 'house', 'stone', 'table', 'candle'];
const FILLERS = [
  'big',
  'red',
  'old',
  'new',
  'far',
  'dark',
  'cold',
  'wild',
  'deep',
  'calm',
  'harbor',
];
const tokenizer = new FakeTokenizer([...NOUNS, ...FILLERS]);
const id = (word: string): number => tokenizer.tokenToId(word)!;

/**
 * At every place, "ship" is probable and "boat" about half as much; the other nouns are far below, and a
 * crowd of other words makes the place open. Without a context, "stone" comes first.
 */
const rule: LogitRule = (ids, _position, token) => {
  if (ids.length <= 3) return token === id('stone') ? 9 : 0;
  if (token === id('ship')) return 6;
  if (token === id('boat')) return 5.3;
  if (NOUNS.map(id).includes(token)) return 0;
  return FILLERS.map(id).includes(token) ? 4.7 : -9;
};
const model = new FakeModel(tokenizer, rule);

const partOfSpeech: ClozeOptions['partOfSpeech'] = (text, start) => {
  const word = /^\p{L}+/u.exec(text.slice(start))?.[0] ?? '';
  return NOUNS.includes(word) ? 'noun' : null;
};
const options = { blanks: 9, seed: 1, partOfSpeech };
const FIRST = 'The ship was big. ';
const SENTENCE = 'A red old new ship far dark cold wild deep calm harbor. ';

describe('makeCloze', () => {
  it('leaves out content words that can be found, but none of the first sentence', async () => {
    const text = FIRST + SENTENCE;
    const { blanks } = await makeCloze(model, { ...options, text });
    expect(blanks.map(({ start, end }) => text.slice(start, end))).toEqual(['ship']);
    const [blank] = blanks;
    expect(blank!.start).toBeGreaterThan(FIRST.length);
    expect(blank!.surprisal).toBeGreaterThan(1);
    expect(blank!.surprisal).toBeLessThan(6);
  });

  it('counts words that are nearly as probable as right, and takes wrong ones of the same kind', async () => {
    const { blanks } = await makeCloze(model, { ...options, text: FIRST + SENTENCE });
    expect(blanks[0]!.alsoRight).toContain('boat');
    expect(blanks[0]!.distractors).toHaveLength(3);
    for (const wrong of blanks[0]!.distractors) {
      expect(['house', 'stone', 'table', 'candle']).toContain(wrong);
    }
  });

  it('names no word that is never suggested, neither as right nor as a choice', async () => {
    const text = FIRST + SENTENCE;
    const neverSuggest = ['boat', 'table'];
    const { blanks } = await makeCloze(model, { ...options, text, neverSuggest });
    expect(blanks[0]!.alsoRight).not.toContain('boat');
    expect(blanks[0]!.distractors.toSorted()).toEqual(['candle', 'house', 'stone']);
  });

  it('keeps seven words between blanks, and no more blanks than wanted', async () => {
    const close = `${FIRST}A ship red ship old new far dark ship cold ship wild. `;
    const starts = async (blanks: number) =>
      (await makeCloze(model, { ...options, blanks, text: close })).blanks.map(
        ({ start }) => close.slice(0, start).split(' ').length,
      );
    const [first, second, ...rest] = await starts(9);
    expect(second! - first!).toBeGreaterThan(7);
    expect(rest).toEqual([]);
    expect(await starts(1)).toHaveLength(1);
  });

  it('says how often the model is right with the context and without', async () => {
    const { solved } = await makeCloze(model, { ...options, text: FIRST + SENTENCE });
    expect(solved).toEqual({ of: 1, withContext: 1, withoutContext: expect.any(Number) as number });
    const wrong = await makeCloze(model, { ...options, text: FIRST + SENTENCE, seed: 3 });
    const hasStone = wrong.blanks[0]!.distractors.includes('stone');
    expect(wrong.solved.withoutContext).toBe(hasStone ? 0 : 1);
  });

  it('leaves out no word that is given away, or a guess', async () => {
    const sure = new FakeModel(tokenizer, (_ids, _position, token) =>
      token === id('ship') ? 20 : 0,
    );
    const guess = new FakeModel(tokenizer, (_ids, _position, token) =>
      token === id('ship') ? -9 : 3,
    );
    for (const each of [sure, guess]) {
      const { blanks } = await makeCloze(each, { ...options, text: FIRST + SENTENCE });
      expect(blanks).toEqual([]);
    }
  });

  it('stops when it is canceled', async () => {
    const text = FIRST + SENTENCE;
    await expect(
      makeCloze(model, { ...options, text, signal: { aborted: true } }),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});

describe('clozeSheet', () => {
  it('has the text with blanks that are no masks, choices, and the key', async () => {
    const text = FIRST + SENTENCE;
    const cloze = await makeCloze(model, { ...options, text });
    const sheet = clozeSheet(
      { text, cloze, seed: 1 },
      {
        ...{ title: 'Title', choices: 'Choices', key: 'Key', note: 'Note.' },
        alsoRight: (words) => `also ${words}`,
      },
    );
    expect(sheet).toContain('The ship was big. A red old new (1) ______________ far dark');
    expect(sheet).toMatch(/## Choices\n\n1\. \w+ · \w+ · \w+ · \w+\n/);
    expect(sheet).toMatch(/1\. .*\bship\b.*\n\n## Key\n\n1\. ship \(also .*boat/s);
    expect(masksIn(sheet)).toEqual([]);
  });

  it('counts blanks without choices, as lists of Markdown do', () => {
    const blank = (start: number, answer: string, distractors: readonly string[]) => ({
      ...{ start, end: start + answer.length, answer, distractors, alsoRight: [], surprisal: 3 },
    });
    const blanks = [
      blank(0, 'ship', ['sea']),
      blank(5, 'sea', []),
      blank(9, 'fog', ['dog']),
      blank(13, 'sun', []),
    ];
    const solved = { of: 2, withContext: 1, withoutContext: 1 };
    const sheet = clozeSheet(
      { text: 'ship sea fog sun', cloze: { blanks, solved }, seed: 1 },
      { title: 'Title', choices: 'Choices', key: 'Key', note: 'Note.', alsoRight: String },
    );
    expect(sheet).toMatch(/## Choices\n\n1\. \w+ · \w+\n2\. –\n3\. \w+ · \w+\n\n## Key\n/);
  });
});
