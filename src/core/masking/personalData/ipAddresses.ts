import type { Found } from './found.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(
  `(?<![\\p{L}\\p{N}_.-])(?:${OCTET}\\.){3}${OCTET}(?![\\p{L}\\p{N}_]|\\.\\d)`,
  'gu',
);
/** Words before four numbers with dots that are not an address. */
const VERSION = /(?:\bv|\bversions?|\breleases?|\bbuild|\bsections?|§) ?$/i;
const LONGEST_CUE = 10;
const IPV6 =
  /(?<![\p{L}\p{N}_:.])(?=[0-9a-f]*:)[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?:%[a-z0-9]{1,15})?/giu;
const GROUPS = 8;

/** Finds IPv4 and IPv6 addresses (RFC 4291). */
export function findIpAddresses(text: string, found: Found): void {
  // An IPv6 address can end with an IPv4 address.
  const ends = new Set<number>();
  for (const match of text.matchAll(IPV6)) {
    // A colon or dot after an address is not part of it.
    const address = match[0].replace(/(?<!:):$/, '');
    const end = match.index + address.length;
    if (isIpv6(address) && !/^[\p{L}\p{N}_]/u.test(text.slice(end, end + 2))) {
      found(match.index, end);
      ends.add(end);
    }
  }
  for (const match of text.matchAll(IPV4)) {
    const before = text.slice(Math.max(0, match.index - LONGEST_CUE), match.index);
    const end = match.index + match[0].length;
    if (!VERSION.test(before) && !ends.has(end)) found(match.index, end);
  }
}

function isIpv6(written: string): boolean {
  const [address = ''] = written.split('%');
  const halves = address.split('::');
  // Identifiers such as `a::b` have no digits.
  if (halves.length > 2 || !/\d/.test(address)) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const embedded = parts.at(-1)?.includes('.') === true ? parts.pop() : undefined;
  if (embedded !== undefined && !new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`).test(embedded)) {
    return false;
  }
  const count = parts.length + (embedded === undefined ? 0 : 2);
  const isComplete = halves.length === 2 ? count < GROUPS && count > 0 : count === GROUPS;
  return isComplete && parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part));
}
