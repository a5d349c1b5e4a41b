import { createHash } from 'node:crypto';
import { KINDS, type Kind } from './sources/source.js';

/** Mean number of copies of a document, by its kind; 1 for kinds that are not named. */
export type Emphasis = ReadonlyMap<Kind, number>;

/** Parses `everyday=3,code=0.5`. Throws on other kinds, and on weights that are not numbers above 0. */
export function parseEmphasis(text: string): Emphasis {
  const emphasis = new Map<Kind, number>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=');
    const kind = KINDS.find((known) => known === name);
    const weight = Number(value);
    if (kind === undefined) throw new Error(`${name} is not one of ${KINDS.join(', ')}`);
    if (!(weight > 0)) throw new Error(`${part} has no weight above 0`);
    emphasis.set(kind, weight);
  }
  return emphasis;
}

/**
 * Repeats whole documents as often as their weight says, for a phase of training that prefers some
 * kinds of text. Each round contains all documents, so copies are far apart. If the weight has a
 * fraction, the last round contains that share of the documents, chosen by their text alone.
 */
export function emphasize(documents: readonly string[], weight: number): string[] {
  const rounds = Math.ceil(weight);
  return Array.from({ length: rounds }, (_, round) =>
    documents.filter(
      (document) => weight - round >= 1 || chance('emphasis', document) < weight - round,
    ),
  ).flat();
}

/** A number from 0 to 1 that a document always has. */
export function chance(purpose: string, document: string): number {
  const digest = createHash('sha256').update(`${purpose}\0${document}`).digest();
  return digest.readUInt32LE(0) / 2 ** 32;
}
