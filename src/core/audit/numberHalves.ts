import type { AuditFinding } from './auditReport.js';

/** Halves of the numbers of a model, by which words are compared with a shifted sample. */
export interface NumberHalves {
  /** Value of each output above which a number is in the upper half; `null` if all are equal. */
  readonly splits: readonly (number | null)[];
  /** Halves that the numbers of a text are in, as labels. */
  labelsOf(numbers: readonly number[]): string[];
  /** The half that a word speaks for: the upper one if it raises the number. */
  halfOf(finding: Pick<AuditFinding, 'label' | 'effect'>): string;
}

/**
 * Splits the numbers of each output into halves at the median, or, where many numbers are equal, at the
 * value that splits them most evenly. The same values split the sample, so the instability test
 * compares the odds of the upper half. It does not see changes within a half.
 *
 * @param data numbers of the audited texts, one per output each
 */
export function halveNumbers(
  outputs: readonly string[],
  data: readonly (readonly number[])[],
): NumberHalves {
  const splits = outputs.map((_, output) => splitOf(data.map((numbers) => numbers[output]!)));
  return {
    splits,
    labelsOf: (numbers) =>
      splits.flatMap((split, output) =>
        split === null ? [] : [halfLabel(output, numbers[output]! > split)],
      ),
    halfOf: ({ label, effect }) => halfLabel(outputs.indexOf(label), effect > 0),
  };
}

export function halfLabel(output: number, isUpper: boolean): string {
  return `${output} ${isUpper ? 'upper' : 'lower'}`;
}

/** The value, other than the largest, at which the shares below and above are most alike. */
function splitOf(values: readonly number[]): number | null {
  const ascending = Float64Array.from(values).sort();
  const half = ascending.length / 2;
  let best: { readonly value: number; readonly distance: number } | null = null;
  for (let i = 0; i + 1 < ascending.length; i++) {
    const value = ascending[i]!;
    if (value === ascending[i + 1]) continue;
    const distance = Math.abs(i + 1 - half);
    if (best === null || distance < best.distance) best = { value, distance };
  }
  return best?.value ?? null;
}
