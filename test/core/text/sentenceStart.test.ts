import { describe, expect, it } from 'vitest';
import { isSentenceStart } from '../../../src/core/text/sentenceStart.js';

describe('the start of a sentence', () => {
  it.each([
    ['the start of a text', ''],
    ['behind a sentence', 'The end. '],
    ['behind a question', 'Who goes there? '],
    ['behind a Chinese sentence and a space', '天气很好。 '],
    ['behind a quoted sentence', 'He said “no.” '],
    ['within an opening quote', 'The end. “'],
    ['behind an empty line', 'no period\n\n'],
    ['in a line below a finished one', 'The end.\n'],
    ['below a heading', '# Whales\n'],
    ['in a heading', '## '],
    ['in a list', 'things:\n- '],
    ['in a numbered list', '1. '],
    ['in emphasis', 'The end. *'],
  ])('is %s', (_, before) => {
    expect(isSentenceStart(before)).toBe(true);
  });

  it.each([
    ['behind a word', 'the '],
    ['behind a comma', 'yes, '],
    ['in a wrapped line', 'the captain\n'],
    ['right behind a period', 'v1.'],
    ['in brackets', 'the captain ('],
    ['behind a colon', 'he said: '],
  ])('is not %s', (_, before) => {
    expect(isSentenceStart(before)).toBe(false);
  });
});
