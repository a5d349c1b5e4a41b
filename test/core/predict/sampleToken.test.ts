import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../src/core/predict/sampleToken.js';
import { randomStream } from '../../../src/core/random.js';
import { softmax } from './fakeModel.js';

const LOGITS = [2, 1, 0, -1, 3];
const allowed = (id: number): boolean => id < 4;

/** Share of each token in many draws. */
function shares(sampling: { temperature: number; topP: number }): number[] {
  const random = randomStream('sample', 1);
  const counts = [0, 0, 0, 0, 0];
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const drawn = sampleToken(Float32Array.from(LOGITS), { ...sampling, allowed, random });
    counts[drawn!.id]!++;
  }
  return counts.map((count) => count / draws);
}

describe('sampleToken', () => {
  it('draws allowed tokens by their probabilities at a temperature', () => {
    for (const temperature of [0.5, 1, 2]) {
      const expected = softmax(LOGITS.slice(0, 4).map((logit) => logit / temperature));
      shares({ temperature, topP: 1 }).forEach((share, id) => {
        expect(Math.abs(share - (expected[id] ?? 0))).toBeLessThan(0.015);
      });
    }
  });

  it('draws from the nucleus alone', () => {
    // The first two of four have 88% of the probability.
    const [first, second, third, fourth] = shares({ temperature: 1, topP: 0.8 });
    expect(first! + second!).toBeCloseTo(1, 9);
    expect(third! + fourth!).toBe(0);
    expect(shares({ temperature: 1, topP: 0.01 })[0]).toBe(1);
  });

  it('tells the probability over the whole vocabulary, and nothing if no token is allowed', () => {
    const random = () => 0;
    const options = { temperature: 1, topP: 1, random };
    const drawn = sampleToken(Float32Array.from(LOGITS), { ...options, allowed });
    expect(drawn!.probability).toBeCloseTo(softmax(LOGITS)[0]!, 6);
    expect(sampleToken(Float32Array.from(LOGITS), { ...options, allowed: () => false })).toBeNull();
  });
});
