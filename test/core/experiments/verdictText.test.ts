import { describe, expect, it } from 'vitest';
import { groupVerdict } from '../../../src/core/experiments/verdictText.js';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';

function verdictOn(otherItems: readonly string[]): string {
  const interval = { low: 1, high: 1 };
  const verdict = groupVerdict(
    {
      ...{ otherItems, against: null, estimate: { n: 1, mean: 1, deviation: 0, interval } },
      ...{ key: '', name: '', runs: [], left: [], results: [{ seed: 0, value: 1 }] },
    },
    { isBaseline: false, asDifference: String },
  );
  return renderMessage(verdict, ENGLISH);
}

describe('the verdict on a group that was evaluated on other items', () => {
  it('names one parameter, or the first three and the number of the others', () => {
    const keys = ['data.files', 'masking.rate', 'model.name', 'task', 'split.heldOut', 'version'];
    expect(verdictOn(keys.slice(2, 3))).toBe(
      'not comparable: evaluated on other items (model.name differs)',
    );
    expect(verdictOn(keys.slice(0, 3))).toBe(
      'not comparable: evaluated on other items (3 parameters differ: data.files, masking.rate, and model.name)',
    );
    expect(verdictOn(keys)).toBe(
      'not comparable: evaluated on other items (6 parameters differ: data.files, masking.rate, model.name, and 3 more)',
    );
  });
});
