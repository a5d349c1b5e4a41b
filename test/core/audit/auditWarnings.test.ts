import { describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/core/audit/auditReport.js';
import { auditWarnings } from '../../../src/core/audit/auditWarnings.js';

type Data = AuditReport['data'];
type Shifted = NonNullable<Data['shifted']>;

function idsOf(
  shifted: Partial<Shifted> | null,
  { trained, maskedExamples = 0 }: { trained?: number | null; maskedExamples?: number | null } = {},
): string[] {
  const data: Data = {
    ...{ files: ['a.csv'], texts: 100, audited: 50, cut: 0 },
    ...(trained === undefined ? {} : { trained }),
    shifted: shifted && { files: ['b.csv'], texts: 12, overlapping: 2, ...shifted },
  };
  const model = { name: 'm', folder: '/m', maskedExamples };
  return auditWarnings({ data, model }).map(({ id }) => id);
}

describe('warnings of an audit', () => {
  it('are none of an older report, or where nothing is wrong', () => {
    expect(idsOf(null)).toEqual([]);
    expect(idsOf({})).toEqual([]);
    const labels = ['a', 'b'].map((label) => ({ label, texts: 5 }));
    expect(idsOf({ labels, trained: 0 }, { trained: 0 })).toEqual([]);
  });

  it('count texts that the model was trained on, and say if that is not known of a run', () => {
    expect(idsOf({ trained: 3 }, { trained: 9 })).toEqual([
      'models.auditedTrained',
      'models.shiftedTrained',
    ]);
    expect(idsOf(null, { trained: null })).toEqual(['models.trainingNotRead']);
    expect(idsOf(null, { trained: null, maskedExamples: null })).toEqual([]);
  });

  it('count near-duplicates beside identical texts', () => {
    const shifted = { trained: 0, trainedNear: 2, near: 3 };
    expect(idsOf(shifted, { trained: 0 })).toEqual(['models.shiftedTrained', 'models.shiftedNear']);
    const data: Data = {
      ...{ files: ['a.csv'], texts: 100, audited: 50, cut: 0, trained: 4, trainedNear: 5 },
      shifted: null,
    };
    const [warning] = auditWarnings({
      data,
      model: { name: 'm', folder: '/m', maskedExamples: 0 },
    });
    expect(warning?.args).toEqual({ count: 9, exact: 4, near: 5, total: 100 });
  });

  it('name labels whose associations cannot be compared', () => {
    const labels = (...texts: number[]): Partial<Shifted> => ({
      labels: texts.map((count, i) => ({ label: 'abc'[i]!, texts: count })),
    });
    expect(idsOf(labels(0, 10))).toEqual(['profile.shiftedOneLabel']);
    expect(idsOf(labels(4, 6, 0))).toEqual(['profile.shiftedAbsentLabels']);
  });

  it('name numbers that are all in one half', () => {
    const split = (value: number | null, above: number): Partial<Shifted> => ({
      splits: [{ label: 'stars', value, above }],
    });
    expect(idsOf(split(3, 10))).toEqual(['models.shiftedAbove']);
    expect(idsOf(split(3, 0))).toEqual(['models.shiftedBelow']);
    expect(idsOf(split(null, 0))).toEqual(['models.auditedOneNumber']);
    expect(idsOf(split(3, 5))).toEqual([]);
  });
});
