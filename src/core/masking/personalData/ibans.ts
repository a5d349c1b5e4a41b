import { ValidationErrorsIBAN, countrySpecs, validateIBAN } from 'ibantools';
import { continuesWord } from './borders.js';
import type { Found } from './found.js';

/** The start of an IBAN, also directly after the word. */
const START = /(?:(?<![\p{N}_\p{sc=Latn}])|(?<=\biban))[a-z]{2}\d{2}[ .-]?(?=[a-z0-9])/giu;

/** Finds IBANs with valid check digits and the form of their country (ISO 13616, ISO 7064). */
export function findIbans(text: string, found: Found): void {
  for (const match of text.matchAll(START)) {
    const length = countrySpecs[match[0].slice(0, 2).toUpperCase()]?.chars ?? null;
    const end = length === null ? null : endOfIban(text, match.index, length);
    if (end !== null) found(match.index, end);
  }
}

function endOfIban(text: string, start: number, length: number): number | null {
  let compact = '';
  let at = start;
  for (; compact.length < length; at++) {
    const character = text.charAt(at);
    if (/[a-z0-9]/i.test(character)) compact += character.toUpperCase();
    else if (!/[ .-]/.test(character) || !/[a-z0-9]/i.test(text.charAt(at - 1))) return null;
  }
  return !continuesWord(text, at) && isIban(compact) ? at : null;
}

/** Check digits that single countries use in addition are often wrong, so they are not required. */
function isIban(compact: string): boolean {
  return validateIBAN(compact).errorCodes.every(
    (code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
  );
}
