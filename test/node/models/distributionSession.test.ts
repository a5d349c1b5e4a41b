import { expect, it } from 'vitest';
import { normalizerAndEntropy } from '../../../src/core/predict/probabilities.js';
import { randomStream } from '../../../src/core/random.js';
import { DistributionSession } from '../../../src/node/models/distributionSession.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';

const ROWS = 5;
const VOCABULARY = 3000;

it('agrees with a loop over the logits, also for impossible and for certain words', async () => {
  const random = randomStream(1);
  const logits = Float32Array.from({ length: ROWS * VOCABULARY }, () => 40 * random() - 20);
  // Impossible words in the second row, a certain one in the third, and far below the rest in the fourth.
  logits.fill(-Infinity, VOCABULARY, VOCABULARY + 1000);
  logits.fill(-Infinity, 2 * VOCABULARY + 1, 3 * VOCABULARY);
  logits.fill(-5000, 3 * VOCABULARY, 3 * VOCABULARY + 1000);
  const session = new DistributionSession({ runtime: createOnnxRuntime(), threads: 2 });
  const { normalizers, entropies } = await session.read(logits, ROWS);
  for (let row = 0; row < ROWS; row++) {
    const expected = normalizerAndEntropy(
      logits.subarray(row * VOCABULARY, (row + 1) * VOCABULARY),
    );
    expect(normalizers[row]).toBeCloseTo(expected.normalizer, 4);
    expect(entropies[row]).toBeCloseTo(expected.entropy, 4);
  }
  expect(entropies[2]).toBe(0);
  await session.release();
});
