import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { factsOf, readsPairs } from '../../../src/core/specs/runFacts.js';
import { specOf } from '../../support/syntheticRuns.js';

describe('the facts of a run', () => {
  it('say whether it learns from pairs of texts', () => {
    const withPair = (pair: string | null): RunSpec => {
      const spec = specOf('a run');
      const columns = { text: 'premise', pair, labels: ['label'] };
      const labelled = { format: null, columns, labelDelimiter: null };
      return { ...spec, data: { ...spec.data, labelled } };
    };
    expect(readsPairs(factsOf(withPair('hypothesis')))).toBe(true);
    expect(readsPairs(factsOf(withPair(null)))).toBe(false);
    expect(readsPairs(factsOf(specOf('a run')))).toBe(false);
  });
});
