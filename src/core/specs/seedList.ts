import { RUN_OPTIONS } from '../runs/options.js';

/** Limit for the runs that one form starts. */
export const MOST_SEEDS = 100;

/**
 * Reads seeds such as `1, 2, 5-8`, each once and in order; `null` if they cannot be read or are too
 * many.
 */
export function parseSeeds(text: string): readonly number[] | null {
  const seeds = new Set<number>();
  for (const part of text.split(/[\s,，、;]+/).filter((word) => word !== '')) {
    const [, from, to = from] = /^(\d+)(?:[-–](\d+))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || last > RUN_OPTIONS.seed.most || last < first) return null;
    if (last - first >= MOST_SEEDS) return null;
    for (let seed = first; seed <= last; seed++) seeds.add(seed);
    if (seeds.size > MOST_SEEDS) return null;
  }
  return [...seeds];
}

/** Seeds in the same form, with ranges of at least three. */
export function seedsText(seeds: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < seeds.length;) {
    const first = seeds[i]!;
    let end = i + 1;
    while (seeds[end] === first + end - i) end++;
    const isRange = end - i > 2;
    parts.push(isRange ? `${first}-${first + end - i - 1}` : String(first));
    i = isRange ? end : i + 1;
  }
  return parts.join(', ');
}
