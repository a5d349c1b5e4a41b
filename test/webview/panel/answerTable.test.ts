import '../../support/fakePage.js';
import { describe, expect, it } from 'vitest';
import type { AnsweredText, SampleRow } from '../../../src/core/runs/schema.js';
import { collectAnswers } from '../../../webview/panel/answerTable.js';

const place = { text: 'a dull film', pair: null, file: 'a.csv', line: 12 };
const row = (step: number, answer: AnsweredText['answer']): SampleRow => ({
  step,
  answered: [{ ...place, answer }],
  sentences: [],
});
const labels = (predicted: string): AnsweredText['answer'] => ({
  kind: 'labels',
  expected: ['bad'],
  predicted: [predicted],
  probabilities: [{ label: predicted, probability: 0.75 }],
});

describe('collectAnswers', () => {
  it('has no prediction of now until a second evaluation', () => {
    expect(collectAnswers(null, null)).toEqual([]);
    const [answer] = collectAnswers(row(0, labels('good')), row(0, labels('good')));
    expect(answer).toMatchObject({ before: 'good 75.0%', now: null, place: 'a.csv, line 12' });
  });

  it('pairs first and latest predictions of labels', () => {
    const [answer] = collectAnswers(row(0, labels('good')), row(9, labels('bad')));
    expect(answer).toMatchObject({ expected: 'bad', now: 'bad 75.0%', isRight: true });
  });

  it('shows numbers with three digits, by name where there are several', () => {
    const numbers = (...predicted: number[]): AnsweredText['answer'] => ({
      kind: 'numbers',
      names: ['stars', 'length'].slice(0, predicted.length),
      expected: predicted.map(() => 4),
      predicted,
    });
    expect(collectAnswers(row(0, numbers(3.14159)), null)[0]!.before).toBe('3.14');
    expect(collectAnswers(row(0, numbers(3, 20)), null)[0]!.before).toBe('stars 3, length 20');
  });

  it('shows the words that are tagged', () => {
    const answer: AnsweredText['answer'] = {
      kind: 'tags',
      words: [
        { start: 0, end: 1, expected: 'O', predicted: 'O' },
        { start: 2, end: 6, expected: 'B-X', predicted: 'O' },
      ],
    };
    expect(collectAnswers(row(0, answer), null)[0]).toMatchObject({
      expected: 'dull/B-X',
      before: 'none',
      isRight: false,
    });
  });
});
