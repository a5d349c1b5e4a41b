import type { PersonalData } from '../policy.js';
import type { Selector } from './selector.js';

/** Finds personal data of these kinds. */
export function personalDataSelector(kinds: readonly PersonalData[]): Selector {
  return ({ text }, found) => {
    if (kinds.includes('email')) {
      for (const { 0: address, index } of text.matchAll(
        /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g,
      ))
        found(index, index + address.length);
    }
  };
}
