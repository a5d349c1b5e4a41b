import fastIban from 'fast-iban';
import { isValidIBAN } from 'ibantools';
import type { CountryCode } from 'libphonenumber-js/max';
import { LinkifyIt } from 'linkify-it';
import { parse } from 'tldts';
import { findPersonalData } from '../../src/core/masking/personalData/findPersonalData.js';
import { FoldedText } from '../../src/core/masking/personalData/foldedText.js';
import type { PersonalData } from '../../src/core/masking/policy/policy.js';
import { libraryPhones, type Find } from './libraryPhones.js';
import { PRESIDIO } from './presidio.js';

export interface Contender {
  readonly name: string;
  readonly find: Find;
}

/** The finder of Masklab. */
export function ownFinder(kind: PersonalData): Find {
  return (text) => {
    const found: [number, number][] = [];
    findPersonalData(kind, new FoldedText(text), (start, end) => found.push([start, end]));
    return found;
  };
}

const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyIP: false }).tlds([], true);

/** Email addresses of linkify-it whose domain ends in a public suffix that tldts knows. */
function linkifiedEmails(text: string): [number, number][] {
  return (linkify.match(text) ?? []).flatMap(({ schema, index, lastIndex, raw }) => {
    const isEmail = schema === 'mailto:' || (schema === '' && raw.includes('@'));
    const from = index + (raw.startsWith('mailto:') ? 'mailto:'.length : 0);
    const domain = raw.slice(raw.lastIndexOf('@') + 1).replace(/\?.*$/su, '');
    return isEmail && parse(domain).isIcann === true ? [[from, lastIndex]] : [];
  });
}

/** The regions that a finder without hints would be given, as in Presidio. */
const REGIONS: readonly CountryCode[] = ['US', 'GB', 'DE', 'FR', 'IL', 'IN', 'CA', 'BR'];

/** The libraries check an IBAN but do not find it in a text, so a pattern proposes candidates. */
const IBAN_LIKE = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/g;

function checkedIbans(isValid: (iban: string) => boolean): Find {
  return (text) =>
    [...text.matchAll(IBAN_LIKE)].flatMap(({ 0: candidate, index }) => {
      // Words after the number can look like a part of it.
      for (let end = candidate.length; end >= 15; end--) {
        if (/[ -]$/.test(candidate.slice(0, end))) continue;
        const compact = candidate.slice(0, end).replaceAll(/[ -]/g, '');
        if (compact.length >= 15 && isValid(compact)) {
          return [[index, index + end] as const];
        }
      }
      return [];
    });
}

/** Contenders by kind; the first one is Masklab's finder. */
export function contendersFor(kind: PersonalData): Contender[] {
  const own: Contender = { name: 'Masklab', find: ownFinder(kind) };
  const presidio = PRESIDIO[kind];
  return [
    own,
    ...(LIBRARIES[kind] ?? []),
    ...(presidio === null ? [] : [{ name: 'Presidio', find: presidio }]),
  ];
}

const LIBRARIES: Readonly<Partial<Record<PersonalData, readonly Contender[]>>> = {
  email: [{ name: 'linkify-it + tldts', find: linkifiedEmails }],
  phone: [{ name: 'libphonenumber-js', find: libraryPhones(REGIONS) }],
  iban: [
    { name: 'ibantools', find: checkedIbans((iban) => isValidIBAN(iban)) },
    { name: 'fast-iban', find: checkedIbans((iban) => fastIban.validateIBAN(iban)) },
  ],
};
