import type { LabelledExample } from '../../data/examples/labelledExamples.js';

/** Rows with the same label that have, or lack, words to discourage. */
export interface Cell {
  /** Labels of the rows, separated by commas. */
  readonly label: string;
  readonly hasWords: boolean;
  readonly rows: number;
  /** Factor of the weight of each row. */
  readonly weight: number;
}

export interface BalancedCells {
  readonly weights: ReadonlyMap<LabelledExample, number>;
  /** In order of their labels, those with words first. */
  readonly cells: readonly Cell[];
}

/**
 * Factors W / (cells × weight of the cell) of examples with a total weight of W, with which all cells
 * of words × label that have rows count alike, and all examples together as before. Plain balancing is on par with group
 * DRO (Idrissi et al. 2022, arXiv:2110.14503).
 */
export function balanceCells(
  examples: readonly LabelledExample[],
  {
    hasWords,
    weightOf,
  }: {
    readonly hasWords: (example: LabelledExample) => boolean;
    /** Weight of an example without the balance. */
    readonly weightOf: (example: LabelledExample) => number;
  },
): BalancedCells {
  const massOf = (rows: readonly LabelledExample[]): number =>
    rows.reduce((sum, row) => sum + weightOf(row), 0);
  const total = massOf(examples);
  const byCell = new Map<string, { label: string; hasWords: boolean; rows: LabelledExample[] }>();
  for (const example of examples) {
    const label = labelOf(example);
    const has = hasWords(example);
    const key = `${has ? 1 : 0} ${label}`;
    const cell = byCell.get(key) ?? { label, hasWords: has, rows: [] };
    byCell.set(key, cell);
    cell.rows.push(example);
  }
  const weights = new Map<LabelledExample, number>();
  const cells = [...byCell.values()]
    .sort(
      (a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)) || +b.hasWords - +a.hasWords,
    )
    .map(({ rows, ...cell }): Cell => {
      const weight = total / (byCell.size * massOf(rows));
      for (const example of rows) weights.set(example, weight);
      return { ...cell, rows: rows.length, weight };
    });
  return { weights, cells };
}

/** The labels of an example in one text, in their order. */
export function labelOf({ answer }: Pick<LabelledExample, 'answer'>): string {
  return answer.kind === 'labels' ? [...answer.labels].sort().join(', ') : '';
}
