import {
  PredictionDiffer,
  type DiffFilter,
  type PredictionDiff,
} from '../../core/experiments/predictionDiff.js';
import { eachExampleScore } from './exampleScoreFiles.js';

/**
 * Compares the predictions of two runs on the same examples; `null` if one of them has no readable
 * scores of the split.
 */
export async function diffPredictions(
  before: string,
  after: string,
  filter: DiffFilter,
): Promise<PredictionDiff | null> {
  const differ = new PredictionDiffer(filter);
  const { split } = filter;
  try {
    const first = await eachExampleScore(before, {
      split,
      onScore: (score) => {
        differ.addBefore(score);
      },
    });
    const second = await eachExampleScore(after, {
      split,
      onScore: (score) => {
        differ.addAfter(score);
      },
    });
    return first === null || second === null ? null : differ.diff();
  } catch {
    // Files of scores come from run folders: a damaged one is as good as none.
    return null;
  }
}
