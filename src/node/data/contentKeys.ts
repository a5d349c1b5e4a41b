import { hash } from 'node:crypto';

/** White space that folding changes, unlike single spaces between words. */
const UNFOLDED = /\s{2,}|[^\S ]/g;

/** The same key as `contentKey` in core, by native SHA-256: many times as fast. */
export function fastContentKey(text: string): string {
  const folded = text.replaceAll(UNFOLDED, ' ').trim();
  return hash('sha256', folded);
}
