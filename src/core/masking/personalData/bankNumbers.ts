import { digitRuns, isPartOfWord, type DigitGroup } from './digitRuns.js';
import type { Found } from './found.js';

/** Prefixes of card numbers (ISO/IEC 7812): Visa, Mastercard, American Express and others. */
const ISSUERS = /^(?:4|5[0-8]|2[2-7]|3[4-7]|30[0-5]|3[89]|6)/;
const FEWEST_DIGITS = 13;
const MOST_DIGITS = 19;
const MOST_GROUPS = 6;

/** Finds payment card numbers with a valid check digit (Luhn, ISO/IEC 7812-1). */
export function findCards(text: string, found: Found): void {
  for (const { groups } of digitRuns(text, /^[ \u00a0-]$/)) {
    for (let from = 0; from < groups.length;) {
      const to = cardEnd(groups, from);
      const last = groups[to - 1];
      if (last && !isPartOfWord(text, groups[from]!.start, last.end)) {
        found(groups[from]!.start, last.end);
      }
      from = Math.max(to, from + 1);
    }
  }
}

/** Index after the last group of the longest card number from group `from` on; 0 if none. */
function cardEnd(groups: readonly DigitGroup[], from: number): number {
  let digits = '';
  let end = 0;
  for (let to = from; to < groups.length && to < from + MOST_GROUPS; to++) {
    digits += groups[to]!.digits;
    if (digits.length > MOST_DIGITS) break;
    if (digits.length >= FEWEST_DIGITS && isCardNumber(digits)) end = to + 1;
  }
  return end;
}

function isCardNumber(digits: string): boolean {
  return ISSUERS.test(digits) && !/^(\d)\1*$/.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

/** Length of IBANs by country, as registered under ISO 13616. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18
   DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23
   IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31
   MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24
   SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);
const IBAN_START = /(?<![\p{L}\p{N}_])[A-Z]{2}\d{2}[ -]?(?=[A-Z0-9])/giu;

/** Finds IBANs with valid check digits (ISO 7064, MOD 97-10). */
export function findIbans(text: string, found: Found): void {
  for (const match of text.matchAll(IBAN_START)) {
    const length = IBAN_LENGTHS.get(match[0].slice(0, 2).toUpperCase());
    const end = length === undefined ? null : endOfIban(text, match.index, length);
    if (end !== null) found(match.index, end);
  }
}

function endOfIban(text: string, start: number, length: number): number | null {
  let compact = '';
  let at = start;
  for (; compact.length < length; at++) {
    const character = text.charAt(at);
    if (/[a-z0-9]/i.test(character)) compact += character.toUpperCase();
    else if (!/[ \u00a0-]/.test(character) || !/[a-z0-9]/i.test(text.charAt(at - 1))) return null;
  }
  const isValid = !isPartOfWord(text, start, at) && remainder97(compact) === 1;
  return isValid ? at : null;
}

/** Remainder modulo 97 of the number after moving the first four characters to the end. */
function remainder97(iban: string): number {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
