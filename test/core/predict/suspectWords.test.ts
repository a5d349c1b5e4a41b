import { describe, expect, it } from 'vitest';
import { suspectWords } from '../../../src/core/predict/suspectWords.js';

const found = (text: string): string[] =>
  suspectWords(text).map(({ start, end }) => text.slice(start, end));

describe('suspectWords', () => {
  it('are the words in small letters of sentences that are long enough', () => {
    expect(found('He lost there keys (in the rain). Not so here.')).toEqual([
      ...['lost', 'there', 'keys', 'in', 'the', 'rain'],
    ]);
    expect(found('It’s the\nend of it’s long life.')).toEqual([
      ...['the', 'end', 'of', 'it’s', 'long', 'life'],
    ]);
  });

  it('are neither names, numbers, code nor words in quotation marks', () => {
    const text =
      'The iPhone of Anna opens `npm run foo` and "bar" or ‘baz qux’ in file.txt, a/b, x1, well-known my_name.';
    expect(found(text)).toEqual(['of', 'opens', 'and', 'or', 'in']);
  });

  it('know their sentence', () => {
    const text = 'One two three four five. He lost there keys today.';
    const sentences = suspectWords(text).map(({ sentence }) => sentence.start);
    expect([...new Set(sentences)]).toEqual([0, 25]);
  });
});
