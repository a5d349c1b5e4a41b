import type { PersonalData } from '../policy/policy.js';
import { findCards } from './cards.js';
import { findEmails } from './emails.js';
import type { FoldedText } from './foldedText.js';
import type { Found } from './found.js';
import { findIbans } from './ibans.js';
import { findIpAddresses } from './ipAddresses.js';
import { findKeys } from './keys.js';
import { findPhones } from './phones.js';

/** Each takes linear time, since repetitions in patterns are bounded. */
const FINDERS: Readonly<Record<PersonalData, (text: string, found: Found) => void>> = {
  email: findEmails,
  phone: findPhones,
  card: findCards,
  iban: findIbans,
  ip: findIpAddresses,
  key: findKeys,
};

/** Finds personal data of one kind Reports offsets in its source. */
export function findPersonalData(kind: PersonalData, folded: FoldedText, found: Found): void {
  FINDERS[kind](folded.text, (start, end) => {
    found(folded.startOf(start), folded.endOf(end - 1));
  });
}
