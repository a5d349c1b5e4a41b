import { KnownTexts, type KeyedText, type Overlap } from '../../core/data/splitting/knownTexts.js';
import type { AbortState } from '../../core/predict/runRows.js';
import { Pace } from '../runtime/pace.js';

/** Texts to look others up in. Throws `Cancelled`. */
export async function knownTexts(
  texts: Iterable<KeyedText>,
  signal?: AbortState,
): Promise<KnownTexts> {
  const known = new KnownTexts();
  const pace = new Pace(signal);
  for (const text of texts) {
    if (pace.isOver) await pace.turn();
    known.add(text);
  }
  return known;
}

/** Number of texts that are known. Throws `Cancelled`. */
export async function countOverlap(
  texts: Iterable<KeyedText>,
  known: KnownTexts,
  signal?: AbortState,
): Promise<Overlap> {
  const counts = { exact: 0, near: 0 };
  const pace = new Pace(signal);
  for (const text of texts) {
    if (pace.isOver) await pace.turn();
    const overlap = known.overlapOf(text);
    if (overlap !== null) counts[overlap]++;
  }
  return counts;
}
