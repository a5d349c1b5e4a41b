import { describe, expect, it } from 'vitest';
import type { LabelPrediction } from '../../../../src/core/predict/labelPrediction.js';
import {
  PredictedTexts,
  type TextOfRow,
} from '../../../../src/host/classifiers/rows/predictedTexts.js';

const rows = (...texts: string[]): TextOfRow[] => texts.map((text) => ({ text, pair: null }));
const numbered = (from: number, to: number): TextOfRow[] =>
  rows(...Array.from({ length: to - from }, (_, i) => `text ${from + i}`));

function classifier(): { calls: string[][]; predictions: PredictedTexts } {
  const calls: string[][] = [];
  const predictions = new PredictedTexts((texts) => {
    calls.push(texts.map(({ text }) => text));
    return Promise.resolve(
      texts.map(({ text }): LabelPrediction => ({ kind: 'numbers', numbers: { [text]: 1 } })),
    );
  });
  return { calls, predictions };
}

const NOTHING = (): void => undefined;

describe('predictions of texts', () => {
  it('are asked for once, in small batches in the order of the texts', async () => {
    const { calls, predictions } = classifier();
    let known = 0;
    const { signal } = new AbortController();
    const onKnown = (): void => {
      known++;
    };
    await predictions.load([...numbered(0, 20), ...numbered(0, 5)], { signal, onKnown });
    expect(calls.map(({ length }) => length)).toEqual([16, 4]);
    expect(known).toBe(2);
    expect(predictions.of(rows('text 3')[0]!)).toEqual({
      kind: 'numbers',
      numbers: { 'text 3': 1 },
    });
    await predictions.load([...numbered(0, 20), ...rows('edited')], { signal, onKnown });
    expect(calls.at(-1)).toEqual(['edited']);
  });

  it('tell a text with a pair from one without', async () => {
    const { predictions } = classifier();
    const { signal } = new AbortController();
    await predictions.load([{ text: 'a', pair: 'b' }], { signal, onKnown: NOTHING });
    expect(predictions.of({ text: 'a', pair: null })).toBeUndefined();
    expect(predictions.of({ text: 'a', pair: 'b' })).toBeDefined();
  });

  it('stop between batches once they are not wanted anymore', async () => {
    const { calls, predictions } = classifier();
    const abort = new AbortController();
    await predictions.load(numbered(0, 50), {
      signal: abort.signal,
      onKnown: () => {
        abort.abort();
      },
    });
    expect(calls).toHaveLength(1);
    expect(predictions.of(rows('text 3')[0]!)).toBeDefined();
  });
});
