import { describe, expect, it, vi } from 'vitest';
import { clozeQuestionsIn } from '../../../../src/core/predict/clozeQuestions.js';
import type { ModelClient } from '../../../../src/host/models/modelClient.js';
import {
  answerProbabilities,
  rankedChoices,
} from '../../../../src/host/predictions/answers/answerProbabilities.js';
import { choiceHover } from '../../../../src/host/predictions/answers/answerController.js';
import { questionsAt } from '../../../../src/host/predictions/answers/questionsOf.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const TEXT = '1. The fox ____ over it. (a) walks (b) jumps (c) zzz\n\nThe [MASK:cat|dog] ran.';
const PROBABILITIES: Record<string, number> = { walks: 0.01, jumps: 0.03, cat: 0.2, dog: 0.2 };

/** Answers the questions of the text with a server that knows the probabilities of a few words. */
async function answersOf(text: string, unread: object | null = null, kind = 'masked-lm') {
  const requests: { text: string; within: { start: number }; targets: readonly string[] }[] = [];
  const answers = {
    describeModel: () => ({ kind, maskToken: '<mask>' }),
    fillMasks: (request: (typeof requests)[number]) => {
      requests.push(request);
      const targets = request.targets.map((word) => ({
        ...{ word, tokens: [1], probability: PROBABILITIES[word] ?? null },
      }));
      return { masks: [{ targets, unread }] };
    },
  };
  const modelClient = {
    call: (name: keyof typeof answers, request: never) => Promise.resolve(answers[name](request)),
  } as unknown as ModelClient;
  const done: number[] = [];
  const found = await answerProbabilities(
    modelClient,
    { text, questions: clozeQuestionsIn(text) },
    {
      ...{ modelFolder: '/m', lane: 'visible', signal: new AbortController().signal },
      onProgress: (count) => done.push(count),
    },
  );
  return { found, requests, done };
}

describe('answers to questions', () => {
  it('have the shares of the choices, best first, given the text without the choices', async () => {
    const { found, requests, done } = await answersOf(TEXT);
    expect(requests[0]).toMatchObject({
      text: 'The fox <mask> over it.',
      within: { start: 8, end: 14 },
      targets: ['walks', 'jumps', 'zzz'],
    });
    expect(found![0]!.choices).toMatchObject([
      { word: 'jumps', probability: 0.03, share: 0.75, rank: 1 },
      { word: 'walks', probability: 0.01, share: 0.25, rank: 2 },
      { word: 'zzz', probability: null, share: null, rank: null },
    ]);
    expect(requests[1]!.targets).toEqual(['cat', 'dog']);
    expect(found![1]!.choices.map(({ share }) => share)).toEqual([0.5, 0.5]);
    for (const { choices } of found!) {
      for (const { word, start, end } of choices) expect(TEXT.slice(start, end)).toBe(word);
    }
    expect(done).toEqual([1, 2]);
  });

  it('have none in text that the model never read, nor from a model that predicts no words', async () => {
    const unread = { script: 'Han', language: null };
    expect((await answersOf(TEXT, unread)).found).toEqual([
      { unread, choices: [] },
      { unread, choices: [] },
    ]);
    expect((await answersOf(TEXT, null, 'labels')).found).toBeNull();
  });

  it('share nothing if no choice can be', () => {
    const choices = [{ word: 'a', start: 0, end: 1 }];
    expect(rankedChoices(choices, [{ probability: 0 }])).toMatchObject([{ share: 0, rank: 1 }]);
  });

  it('are told apart by a hover', () => {
    const choice = { word: 'jumps', start: 0, end: 5, probability: 0.03, share: 0.75, rank: 1 };
    const of = { of: 3, modelName: 'small' };
    expect(choiceHover(choice, of)).toBe(
      '“jumps” has 75.0% of the probability of the 3 choices (rank 1) and 3.0% of that of all words, by small.',
    );
    const unspelled = { ...choice, probability: null, share: null, rank: null };
    expect(choiceHover(unspelled, of)).toBe('small cannot spell “jumps” with its tokens.');
  });

  it('are those of the question at the cursor', () => {
    const questions = clozeQuestionsIn(TEXT);
    const at = (word: string) =>
      questionsAt(questions, { start: TEXT.indexOf(word), end: TEXT.indexOf(word) });
    expect(at('____')).toEqual([questions[0]]);
    expect(at('jumps')).toEqual([questions[0]]);
    expect(at('dog')).toEqual([questions[1]]);
    expect(at('fox')).toEqual([]);
  });
});
