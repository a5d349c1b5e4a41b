import { describe, expect, it } from 'vitest';
import type { AuditFinding } from '../../../src/core/audit/auditReport.js';
import { withStability, type CountedText } from '../../../src/core/audit/stability.js';
import { randomStream } from '../../../src/core/random.js';

/** Texts with a reason that agrees with the label, and a shortcut that does in a share of them. */
function texts(name: string, count: number, agreement: number): CountedText[] {
  const random = randomStream('stability test', name);
  return Array.from({ length: count }, (_, i) => {
    const isGood = random() < 0.5;
    const words = [`filler${i % 7}`];
    if (random() < (isGood ? 0.8 : 0.1)) words.push('reason');
    if (random() < (isGood ? agreement : 1 - agreement)) words.push('shortcut');
    const labels = [isGood ? 'good' : 'bad'];
    return { text: words.join(' '), pair: null, labels, file: 'a.csv', line: i + 2 };
  });
}

function finding(text: string): AuditFinding {
  return {
    ...{ text, label: 'good', texts: 50, share: 0.5, effect: 2, pValue: 0, qValue: 0 },
    ...{ interval: { low: 1, high: 3 }, flipRate: 0.5, aloneRate: 0, isSelected: true, places: [] },
  };
}

describe('findings with a shifted sample', () => {
  const data = texts('data', 600, 0.9);

  it('are selected where their association is not reproduced, and only there', () => {
    const shifted = texts('shifted', 200, 0.2);
    const [reason, shortcut, filler] = withStability(
      [finding('reason'), finding('shortcut'), finding('filler1')],
      { data, shifted },
    );
    expect([reason!.isSelected, reason!.shifted!.stability]).toEqual([false, 'consistent']);
    expect([shortcut!.isSelected, shortcut!.shifted!.stability]).toEqual([true, 'unstable']);
    expect(shortcut!.shifted!.dataShare).toBeGreaterThan(0.85);
    expect(shortcut!.shifted!.share).toBeLessThan(0.35);
    // A word without an association in the data has none to lose.
    expect([filler!.isSelected, filler!.shifted]).toEqual([false, undefined]);
    expect([shortcut!.untested, filler!.untested]).toEqual([undefined, 'noAssociation']);
  });

  it.each([
    ['bad', 'labelAbsent'],
    ['good', 'labelInAll'],
  ])('are untested in a sample of the label "%s" only', (label, reason) => {
    const shifted = texts('one', 200, 0.2).filter(({ labels }) => labels[0] === label);
    const [shortcut, filler] = withStability([finding('shortcut'), finding('filler1')], {
      data,
      shifted,
    });
    expect(shortcut).toMatchObject({ isSelected: false, untested: reason });
    expect(shortcut!.shifted).toBeUndefined();
    expect(filler!.untested).toBe('noAssociation');
  });

  it('are tested against other labels, such as halves of numbers', () => {
    const halved = (all: readonly CountedText[]): CountedText[] =>
      all.map((text) => ({ ...text, labels: [text.labels[0] === 'good' ? 'upper' : 'lower'] }));
    const [shortcut, lowering] = withStability(
      [finding('shortcut'), { ...finding('shortcut'), effect: -2 }],
      {
        ...{ data: halved(data), shifted: halved(texts('shifted', 200, 0.2)) },
        labelOf: ({ effect }) => (effect > 0 ? 'upper' : 'lower'),
      },
    );
    expect([shortcut!.isSelected, shortcut!.shifted!.stability]).toEqual([true, 'unstable']);
    expect([lowering!.isSelected, lowering!.untested]).toEqual([false, 'noAssociation']);
  });

  it('are none of them where nothing has shifted', () => {
    const same = texts('same', 200, 0.9);
    const findings = withStability([finding('reason'), finding('shortcut')], {
      data,
      shifted: same,
    });
    expect(findings.map(({ isSelected }) => isSelected)).toEqual([false, false]);
  });
});
