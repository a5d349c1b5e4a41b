import type { PersonalData } from '../policy/policy.js';
import { findCards, findIbans } from './bankNumbers.js';
import { findEmails } from './emails.js';
import type { Found } from './found.js';
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

/** Finds personal data of one kind. */
export function findPersonalData(kind: PersonalData, text: string, found: Found): void {
  FINDERS[kind](text, found);
}
