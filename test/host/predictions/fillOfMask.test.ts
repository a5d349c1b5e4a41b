import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { ModelClient } from '../../../src/host/models/modelClient.js';
import { bestWord, choicesOf, fillOfMask } from '../../../src/host/predictions/fillOfMask.js';
import { oneLine, Range } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Calls {
  readonly fillMasks: { text: string; within: { start: number }; targets?: readonly string[] }[];
  readonly fillJointly: { text: string; starts: readonly number[] }[];
}

/** Fills a mask of a line, with a server whose answers are fixed. */
async function fillIn(
  text: string,
  mask: string,
  never: readonly string[] = [],
  { alone = 'alone', together = 'joint' } = {},
) {
  const calls: Calls = { fillMasks: [], fillJointly: [] };
  const probabilities: Record<string, number | null> = { fox: 0.02, dog: 0.3, zzz: null };
  const answers = {
    describeModel: () => ({ kind: 'masked-lm', maskToken: '<mask>' }),
    fillMasks: (request: Calls['fillMasks'][number]) => {
      calls.fillMasks.push(request);
      const targets = (request.targets ?? []).map((word) => ({
        ...{ word, probability: probabilities[word] ?? null, tokens: [1, 2] },
      }));
      const candidates = [{ word: alone, tokens: [1], probability: 0.5 }];
      const facts = { lowConfidence: false, contextTokens: null, unread: null };
      const fill = { start: 0, end: 6, candidates, targets, ...facts };
      return { modelName: 'm', isUncased: false, masks: [fill] };
    },
    fillJointly: (request: Calls['fillJointly'][number]) => {
      calls.fillJointly.push(request);
      const words = request.starts.map((_, i) => (together === 'joint' ? `joint${i}` : together));
      return { fills: [{ words, order: [0], probability: 0.1 }] };
    },
  };
  const modelClient = {
    call: (name: keyof typeof answers, request: never) => Promise.resolve(answers[name](request)),
  } as unknown as ModelClient;
  const document = oneLine(text) as unknown as vscode.TextDocument;
  const at = text.indexOf(mask);
  const range = new Range(0, at, 0, at + mask.length) as unknown as vscode.Range;
  const { signal } = new AbortController();
  const neverSuggest = new Set(never);
  const request = {
    ...{ modelFolder: '/m', topK: 5, words: [], neverSuggest, lane: 'visible' as const, signal },
  };
  return { fill: (await fillOfMask(modelClient, { document, range }, request))!, calls };
}

describe('fillOfMask', () => {
  it('takes the word of the sentence where masks are filled together', async () => {
    const { fill, calls } = await fillIn('so the [MASK] of the ____ came', '____');
    expect(bestWord(fill)).toBe('joint1');
    expect(calls.fillMasks[0]).toMatchObject({
      text: 'so the <mask> of the <mask> came',
      within: { start: 21 },
    });
    expect(calls.fillJointly[0]!.starts).toEqual([7, 21]);
  });

  it('takes the best prediction of a mask alone', async () => {
    const { fill, calls } = await fillIn('so the [MASK] came', '[MASK]');
    expect(bestWord(fill)).toBe('alone');
    expect(calls.fillJointly).toEqual([]);
    expect(calls.fillMasks[0]!.targets).toBeUndefined();
  });

  it('writes the pronoun of uncased models with a capital letter in English', async () => {
    const pronoun = { alone: 'i', together: 'i' };
    const { fill } = await fillIn('and that [MASK] came', '[MASK]', [], pronoun);
    expect(bestWord(fill)).toBe('I');
    const beside = await fillIn('and that [MASK] and ____ came', '____', [], pronoun);
    expect(beside.fill.sentence!.fills[0]!.words).toEqual(['I', 'I']);
    const italian = await fillIn('e [MASK] porti', '[MASK]', [], pronoun);
    expect(bestWord(italian.fill)).toBe('i');
  });

  it('leaves out words that are never suggested, alone and together', async () => {
    const { fill } = await fillIn('so the [MASK] came', '[MASK]', ['alone']);
    expect(bestWord(fill)).toBeNull();
    const beside = await fillIn('so the [MASK] of the ____ came', '____', ['joint0']);
    expect(bestWord(beside.fill)).toBe('alone');
  });

  it('ranks the words that a mask lists, and leaves it out of joint fills', async () => {
    const text = 'so the [MASK:zzz|fox|dog] of the ____ came';
    const { fill, calls } = await fillIn(text, '[MASK:zzz|fox|dog]');
    expect(calls.fillMasks[0]!.targets).toEqual(['zzz', 'fox', 'dog']);
    expect(fill.targets!.map(({ word }) => word)).toEqual(['dog', 'fox', 'zzz']);
    expect(choicesOf(fill).map(({ word }) => word)).toEqual(['dog', 'fox']);
    expect(bestWord(fill)).toBe('dog');
    const other = await fillIn(text, '____');
    expect(other.calls.fillJointly).toEqual([]);
    expect(bestWord(other.fill)).toBe('alone');
  });
});
