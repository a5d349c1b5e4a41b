import { describe, expect, it } from 'vitest';
import { checkEncoder } from '../../../support/randomEncoder/checkEncoder.js';
import { randomEncoder } from '../../../support/randomEncoder/randomEncoder.js';

/** Encoders of one test; `npm run check:encoders` checks as many others as wanted. */
const TOGETHER = 5;
const STARTS = Array.from({ length: 20 }, (_, i) => i * TOGETHER);

describe('an encoder that no library has', () => {
  it.each(STARTS)(
    'is trained as its file computes, and written back (5 seeds from %i)',
    async (start) => {
      for (let seed = start; seed < start + TOGETHER; seed++) {
        const encoder = randomEncoder(seed);
        const problems = await checkEncoder(encoder, { seed });
        expect(problems, `seed ${seed}: ${encoder.choices.join(' ')}`).toEqual([]);
      }
    },
  );
});
