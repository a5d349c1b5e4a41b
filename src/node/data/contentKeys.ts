import { hash } from 'node:crypto';

/** White space that folding changes: most of a text's is a space between words. */
const UNFOLDED = /\s{2,}|[^\S ]/g;

/** What core's `contentKey` says of a text, by the machine's own SHA-256: many times as fast. */
export function fastContentKey(text: string): string {
  const folded = text.replaceAll(UNFOLDED, ' ').trim();
  return hash('sha256', folded);
}
