import { isPartOfWord, joinedBefore } from './borders.js';
import type { Found } from './found.js';
import { findIpv6 } from './ipv6.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(
  `(?<!\\w|(?<!\\.)\\.)(?:${OCTET}\\.){3}${OCTET}(?:-${OCTET}(?![\\w.]))?(?![\\w]|\\.\\d)`,
  'g',
);
/** Words that announce a version, a section or the name of a program. */
const VERSION =
  /(?:\bv\d+(?:\.\d+)+|\bver|\bversions?|\breleases?|\bbuild|\bfirmware|\bdriver|\bbump(?:s|ed)?|\bupgraded?|\bdowngraded?|\bpatch|\bsections?|\bchapters?|\bclause|\bfigure|\bfig|\btable|\bappendix|\bparagraph|§|\boid|\bchrome|\bfirefox|\bsafari|\bedge|\bopera|\bphp|\bnginx|\bapache|\bkernel|\bjava|\bpython|\bnode|\bnpm|\byarn|\bruby)\b[^\n]{0,24}$/iu;
const SIGN = /(?:\bv\.? ?|§ ?|[=~<>!]=|[\^~])$/;
/** Words that announce an address, also if a version is near. */
const ADDRESS =
  /\b(?:ip|ipv4|ips|address|addr|host|server|client|dns|gateway|router|subnet|ping)\b[^\n]{0,24}$/iu;
/** Networks that versions are not likely to look like (RFC 1918, RFC 1122). */
const PRIVATE = /^(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|127\.0)\./;
const LONGEST_CUE = 40;
/** The number of a section at the start of a line, before its title. */
const HEADING = /^[ \t]+\p{Lu}\p{Ll}/u;

/** Finds IPv4 and IPv6 addresses (RFC 4291), both ends of ranges included. */
export function findIpAddresses(text: string, found: Found): void {
  const ends = new Set<number>();
  findIpv6(text, (start, end) => {
    found(start, end);
    // An IPv6 address can end with an IPv4 address.
    ends.add(end);
  });
  let previous = -1;
  for (const match of text.matchAll(IPV4)) {
    const { index } = match;
    const end = index + match[0].length;
    if (ends.has(end)) continue;
    const isRangeEnd = previous >= 0 && /^ ?(?:-|\.\.) ?$/.test(text.slice(previous, index));
    if (isRangeEnd || isAddress(text, index, end)) {
      found(index, end);
      previous = end;
    }
  }
}

function isAddress(text: string, start: number, end: number): boolean {
  if (isPartOfWord(text, start, end)) return false;
  const joined = joinedBefore(text, start);
  if (
    /[^/:]\/$|^\/$|[\w.]-$|\\$|[\w-]:[\w-]+:$|(?:^|[^a-z\d])\d+[,:]$/i.test(joined) &&
    !/:\/\/$/.test(joined)
  )
    return false;
  if (
    /^(?:-[\p{L}]|[\\/]\p{L}{2,}\/)/u.test(text.slice(end, end + 12)) &&
    !joined.includes('://')
  ) {
    return false;
  }
  const before = text.slice(Math.max(0, start - LONGEST_CUE), start);
  if (SIGN.test(before)) return false;
  const octets = text.slice(start, end).split('.', 4).map(Number);
  if (octets[0] === 0) return octets.every((octet) => octet === 0);
  if (VERSION.test(before) && !ADDRESS.test(before) && !PRIVATE.test(text.slice(start, end))) {
    return false;
  }
  const isAtLineStart =
    /(?:^|\n)[ \t]*$/.test(before) && (start < LONGEST_CUE || before.includes('\n'));
  return !(isAtLineStart && Math.max(...octets) < 30 && HEADING.test(text.slice(end, end + 4)));
}
