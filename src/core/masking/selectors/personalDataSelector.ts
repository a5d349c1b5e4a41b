import { findPersonalData } from '../personalData/findPersonalData.js';
import type { PersonalData } from '../policy/policy.js';
import type { Selector } from './selector.js';

/** Finds personal data of the given kinds. */
export function personalDataSelector(kinds: readonly PersonalData[]): Selector {
  return ({ folded }, found) => {
    for (const kind of kinds) findPersonalData(kind, folded, found);
  };
}
