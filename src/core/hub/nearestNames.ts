import { editDistance } from '../jsonDocument/nearest.js';

const MOST_NAMES = 3;

/** Names that a mistyped one may have meant, nearest first. */
export function nearestNames(written: string, candidates: Iterable<string>): string[] {
  const lower = written.toLowerCase();
  const [, name = lower] = lower.split('/');
  const distances = [...new Set(candidates)]
    .filter((candidate) => candidate !== written)
    .map((candidate) => {
      const whole = editDistance(lower, candidate.toLowerCase());
      const alone = editDistance(name, candidate.toLowerCase().split('/')[1] ?? '');
      // The owner is forgotten or mistaken more often than the name.
      return { candidate, distance: Math.min(whole, alone + 1) };
    });
  return distances
    .filter(({ distance }) => distance <= Math.max(3, name.length / 2))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NAMES)
    .map(({ candidate }) => candidate);
}

/** Parts of a mistyped name to search for, longest first; the hub finds whole parts only. */
export function searchableParts(repository: string): string[] {
  const [, name = repository] = repository.split('/');
  const parts = name.split(/[-_.]/).filter((part) => part.length >= 3);
  return [...new Set(parts)].sort((a, b) => b.length - a.length).slice(0, 3);
}
