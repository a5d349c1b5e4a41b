import { createHash } from 'node:crypto';

/** White space that folding changes. */
const UNFOLDED = /[^\S ]|\s\s/;

/** What core's `contentKey` says of a text, by the machine's own SHA-256: many times as fast. */
export function fastContentKey(text: string): string {
  const folded = UNFOLDED.test(text) ? text.replaceAll(/\s+/g, ' ') : text;
  return createHash('sha256').update(folded.trim(), 'utf8').digest('hex');
}
