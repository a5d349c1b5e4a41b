import { isValidIBAN } from 'ibantools';
import type { CountryCode } from 'libphonenumber-js/max';
import { isIP } from 'node:net';
import { parse } from 'tldts';
import type { PersonalData } from '../../src/core/masking/policy/policy.js';
import { libraryPhones, longest, type Find } from './libraryPhones.js';

/*
 * The default recognizers of Microsoft Presidio for these kinds (presidio-analyzer, MIT license,
 * Copyright (c) 2018 presid-io), as its sources describe them in 2025, with the regular expressions
 * in JavaScript's syntax. Its phone recognizer uses the Python port of Google's libphonenumber with
 * the regions below and leniency VALID; here, libphonenumber-js does the same. Only for comparison.
 */

const EMAIL =
  /(?<![\p{L}\p{N}_])(?:[!#$%&'*+\-/=?^_`{|}~\p{L}\p{N}]|[!#$%&'*+\-/=?^_`{|}~\p{L}\p{N}][!#$%&'*+\-/=?^_`{|}~.\p{L}\p{N}]*[!#$%&'*+\-/=?^_`{|}~\p{L}\p{N}])@[\p{L}\p{N}_]+(?:-+[\p{L}\p{N}_]+)*(?:\.[\p{L}\p{N}_]+(?:-+[\p{L}\p{N}_]+)*)+(?![\p{L}\p{N}_])/gu;
const CARD =
  /\b(?!1\d{12}(?!\d))(?:4\d{3}|5[0-5]\d{2}|6\d{3}|1\d{3}|3\d{3})[- ]?\d{3,4}[- ]?\d{3,4}[- ]?\d{3,5}\b/g;
const IBAN =
  /(?<![A-Z0-9])([A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,6})((?:[ -]?[A-Z0-9]{4})?)((?:[ -]?[A-Z0-9]{1,3})?)(?![A-Z0-9])/g;
const OCTET = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)';
const IPV4 = `(?:${OCTET}\\.){3}${OCTET}`;
const HEX = '[0-9A-Fa-f]{1,4}';
const IP = [
  `(?<![0-9A-Fa-f:])::(?:ffff(?::0{1,4})?:)${IPV4}\\b`,
  `(?<![0-9A-Fa-f:])(?:${HEX}:){1,4}:(?:${HEX}:){0,4}${IPV4}\\b`,
  `\\b${IPV4}\\b`,
  `(?<![\\w:])(?:(?:${HEX}:){7}${HEX}|(?:${HEX}:){1,7}:|:(?::${HEX}){1,7}|(?:${HEX}:){1,6}:${HEX}|(?:${HEX}:){1,5}(?::${HEX}){1,2}|(?:${HEX}:){1,4}(?::${HEX}){1,3}|(?:${HEX}:){1,3}(?::${HEX}){1,4}|(?:${HEX}:){1,2}(?::${HEX}){1,5}|${HEX}:(?::${HEX}){1,6}|:(?::${HEX}){1,6})(?![0-9A-Fa-f:.])`,
  '(?<!\\w)::(?!\\w)',
].map((source) => new RegExp(source, 'g'));
const REGIONS: readonly CountryCode[] = ['US', 'DE', 'FR', 'IL', 'IN', 'CA', 'BR'];

function matching(pattern: RegExp, isValid: (match: string) => boolean): Find {
  return (text) =>
    [...text.matchAll(pattern)].flatMap(({ 0: match, index }) =>
      isValid(match) ? [[index, index + match.length] as const] : [],
    );
}

function luhn(match: string): boolean {
  let sum = 0;
  Array.from(match.replaceAll(/[- ]/g, ''))
    .reverse()
    .forEach((digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
  return sum % 10 === 0;
}

/** Tries the match with both, with one, and with none of its optional groups. */
function ibans(text: string): (readonly [number, number])[] {
  return [...text.matchAll(IBAN)].flatMap(({ 1: first, 2: second, 3: third, index }) => {
    const tries = [`${first!}${second!}${third!}`, `${first!}${second!}`, first!];
    const valid = tries.find((iban) => isValidIBAN(iban.replaceAll(/[ -]/g, '')));
    return valid === undefined ? [] : [[index, index + valid.length] as const];
  });
}

/** Presidio's default recognizer of each kind; `null` if it has none. */
export const PRESIDIO: Readonly<Record<PersonalData, Find | null>> = {
  email: matching(EMAIL, (match) => (parse(match).domain ?? '') !== ''),
  phone: libraryPhones(REGIONS),
  card: matching(CARD, luhn),
  iban: ibans,
  ip: (text) => longest(IP.flatMap((pattern) => matching(pattern, (ip) => isIP(ip) !== 0)(text))),
  key: null,
};
