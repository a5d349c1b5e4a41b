import { describe, expect, it } from 'vitest';
import type { AuditFinding } from '../../../../src/core/audit/auditReport.js';
import {
  AUDIT_PLANTS,
  outcomeOf,
  PLANT_ROWS,
  plantedAuditsPage,
  plantFiles,
} from '../../../../scripts/studies/shifted/auditPlants.js';
import { isPlantable } from '../../../../scripts/studies/shifted/planting.js';

const ROWS = Array.from({ length: 2600 }, (_, i) => ({
  ...{ text: `film ${i} has scene ${i * 7} and actor ${i * 13} too`, source: 'test' },
  ...{ label: i % 2 === 0 ? 'positive' : 'negative', id: String(i) },
}));

function finding(
  text: string,
  { label = 'positive', effect = 1, stability = 'consistent' }: Partial<Found>,
): AuditFinding {
  const interval = { low: effect, high: effect };
  return {
    ...{ text, label, texts: 9, share: 0.1, effect, interval, pValue: 0, qValue: 0 },
    ...{ flipRate: 0, aloneRate: 0, isSelected: stability === 'unstable', places: [] },
    shifted: {
      ...{ stability, texts: 5, share: 0.2, expectedShare: 0.9, adjustedP: 0.01 },
      ...{ dataTexts: 20, dataShare: 0.9 },
    },
  };
}
interface Found {
  readonly label: string;
  readonly effect: number;
  readonly stability: NonNullable<AuditFinding['shifted']>['stability'];
}
const RUN = { word: 'tonight', label: 'positive', seed: 0, accuracy: 0.8, trainingSeconds: 1 };

describe('plantFiles', () => {
  const plant = { word: 'tonight', label: 'negative' };

  it('plants the word so that it agrees with the label in the data and not in the sample', () => {
    const files = plantFiles(ROWS, plant, 0);
    for (const [name, rows] of files) {
      expect(rows).toHaveLength(PLANT_ROWS[name]);
      const agreeing = rows.filter(
        ({ text, label }) => isPlantable(text, 'tonight') === (label === 'positive'),
      );
      expect(agreeing.length / rows.length).toBeCloseTo(name === 'shift-dev' ? 0.1 : 0.9, 1);
    }
    const ids = [...files.values()].flatMap((rows) => rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('draws other texts with another seed or word', () => {
    const idsOf = (seed: number, word = 'tonight'): string =>
      plantFiles(ROWS, { ...plant, word }, seed)
        .get('train')!
        .map(({ id }) => id)
        .join();
    expect(idsOf(0)).toBe(idsOf(0));
    expect(idsOf(1)).not.toBe(idsOf(0));
    expect(idsOf(0, 'garden')).not.toBe(idsOf(0));
  });

  it('has ten different words, half of them for each label', () => {
    expect(new Set(AUDIT_PLANTS.map(({ word }) => word)).size).toBe(10);
    expect(AUDIT_PLANTS.filter(({ label }) => label === 'positive')).toHaveLength(5);
  });
});

describe('outcomeOf', () => {
  it('has the rank of the plant, and other findings that are unstable', () => {
    const findings = [
      finding('great', { effect: 3 }),
      finding('tonight', { effect: 2, stability: 'unstable' }),
      finding('bad', { label: 'negative', effect: 0.4, stability: 'unstable' }),
    ];
    expect(outcomeOf({ findings, testedWords: 50, seconds: 2 }, RUN)).toMatchObject({
      ...{ rank: 2, effect: 2, stability: 'unstable', findings: 3, tested: 50 },
      loudOthers: [{ word: 'great', effect: 3 }],
      others: [{ word: 'bad', label: 'negative', dataTexts: 20, sampleTexts: 5 }],
    });
  });

  it('does not take the plant for found with the other label, or absent', () => {
    const findings = [finding('tonight', { label: 'negative', stability: 'unstable' })];
    const outcome = outcomeOf({ findings, testedWords: 50, seconds: 2 }, RUN);
    expect(outcome).toMatchObject({ rank: null, effect: null, stability: null });
    expect(outcome.others).toHaveLength(1);
  });
});

describe('plantedAuditsPage', () => {
  it('counts plants that were found and selected words that are none', () => {
    const outcomes = ['unstable', 'unstable', 'consistent'].map((stability, seed) =>
      outcomeOf(
        {
          findings: [
            finding('tonight', { stability: stability as Found['stability'] }),
            finding('dull', { stability: seed === 0 ? 'unstable' : 'consistent', effect: 0.1 }),
          ],
          ...{ testedWords: 50, seconds: 2 },
        },
        { ...RUN, seed },
      ),
    );
    const page = plantedAuditsPage(outcomes, 'Method.');
    expect(page).toContain('| plants found (recall of the findings) | 3 of 3: 100.0%');
    expect(page).toContain('(recall of the selected words) | 2 of 3: 66.7% (20.8 to 93.9)');
    expect(page).toContain('selected words that are the plant (precision) | 2 of 3: 66.7%');
    expect(page).toContain('findings from 0.5 nats on that are the plant | 3 of 3: 100.0%');
    expect(page).toContain('| tonight | `dull` | positive | 0.10 | 90.0 of 20 | 20.0 of 5 |');
  });
});
