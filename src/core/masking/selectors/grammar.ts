import type { EntityKind, PartOfSpeech } from '../policy/policy.js';
import { entitiesOf, hasPartOfSpeech } from '../annotation/terms.js';
import type { Selector } from './selector.js';

/** Finds English words of the given parts of speech. */
export function partOfSpeechSelector(parts: readonly PartOfSpeech[]): Selector {
  return ({ terms }, found) => {
    for (const term of terms) {
      if (parts.some((part) => hasPartOfSpeech(term, part))) found(term.start, term.end);
    }
  };
}

/** Finds English named entities of the given kinds. */
export function entitySelector(kinds: readonly EntityKind[]): Selector {
  return ({ terms }, found) => {
    for (const { start, end, kind } of entitiesOf(terms)) {
      if (kinds.includes(kind)) found(start, end);
    }
  };
}
