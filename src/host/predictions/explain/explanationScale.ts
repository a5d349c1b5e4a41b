import type { ExplainedWord } from '../../../core/predict/explainPrediction.js';

/** Shares of the strongest value from which each step is used, weakest first. */
const STEPS = [0.1, 0.3, 0.6] as const;
/** Least value in nats that is drawn, so that noise of a context without effect is not. */
const LEAST_NATS = 0.05;

export const SIDES = ['supports', 'against'] as const;
/** Whether a word makes the prediction more or less probable. */
export type Side = (typeof SIDES)[number];

/** Theme colors of the steps of a side, contributed by `package.json`, weakest first. */
export function stepColors(side: Side): string[] {
  return STEPS.map((_, step) => `masklab.${side}${step + 1}`);
}

/** Theme color of the lines of a side. */
export function lineColor(side: Side): string {
  return `masklab.${side}Border`;
}

/** CSS variable with the value of a theme color. */
export function colorVariable(color: string): string {
  return `--vscode-${color.replaceAll('.', '-')}`;
}

/** Minimum size of each step, weakest first, for values that are shown together, by default in nats. */
export function stepBounds(
  words: readonly Pick<ExplainedWord, 'occlusion'>[],
  least: number = LEAST_NATS,
): number[] {
  const strongest = words.reduce((most, { occlusion }) => Math.max(most, Math.abs(occlusion)), 0);
  return STEPS.map((share) => Math.max(least, share * strongest));
}

export function sideOf(nats: number): Side {
  return nats < 0 ? 'against' : 'supports';
}

/** Index of the step of a value, or −1 if it is too small to be drawn. */
export function stepOf(nats: number, bounds: readonly number[]): number {
  return bounds.findLastIndex((from) => Math.abs(nats) >= from);
}

/** Share of each word in the sum of the sizes of all gradient values; `null` without gradients. */
export function gradientShares(
  words: readonly Pick<ExplainedWord, 'gradient'>[],
): (number | null)[] {
  const sum = words.reduce((all, { gradient }) => all + Math.abs(gradient ?? 0), 0);
  return words.map(({ gradient }) => (gradient === null || sum === 0 ? null : gradient / sum));
}

/** Words by the size of their values, strongest first. */
export function strongestFirst<W extends Pick<ExplainedWord, 'occlusion'>>(
  words: readonly W[],
): W[] {
  return [...words].sort((a, b) => Math.abs(b.occlusion) - Math.abs(a.occlusion));
}
