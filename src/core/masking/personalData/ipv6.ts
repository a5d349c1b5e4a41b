import type { Found } from './found.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const WHOLE_IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const IN_ADDRESS = /[0-9a-f:.]/i;
const ZONE = /%[a-z0-9]{1,15}/iy;
const GROUPS = 8;
const LONGEST = 45;
/** A colon before an address ends its label: `ip6:`, `IPv6:`. */
const LABEL = /^[a-z]{0,4}[46]?:(?!:)/i;
/** A bracket before the address that indexes a value: `x[`, `f()[`. */
const INDEXED = /[\w)\]'"]\[[^\][\n]{0,40}$/;

/** Finds IPv6 addresses (RFC 4291). */
export function findIpv6(text: string, found: Found): void {
  let done = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', Math.max(at + 1, done))) {
    let start = at;
    while (start > done && IN_ADDRESS.test(text.charAt(start - 1)) && at - start < LONGEST) start--;
    let end = at + 1;
    while (IN_ADDRESS.test(text.charAt(end)) && end - start < 2 * LONGEST) end++;
    done = end;
    reportWithin(text, start, end, found);
  }
}

/** Reports the address in a run of hexadecimal digits, colons and dots. */
function reportWithin(text: string, from: number, to: number, found: Found): void {
  const run = text.slice(from, to);
  if (run.length < 3 || !/\d/.test(run)) return;
  const before = text.charAt(from - 1);
  // The rest of a label is before its first colon: "v6:" of "ipv6:".
  const label = LABEL.exec(run)?.[0].length ?? 0;
  const start = from + (/\w/.test(before) || label === 1 ? label : 0);
  if (start === from && /[\p{L}\p{N}_:.]/u.test(before)) return;
  let end = to;
  while (end > start && (text.charAt(end - 1) === '.' || isLastColon(text, start, end))) end--;
  const address = text.slice(start, end);
  if (!isIpv6(address) || isSlice(text, start, address)) return;
  ZONE.lastIndex = end;
  const whole = ZONE.test(text) ? ZONE.lastIndex : end;
  if (!/^[\p{L}\p{N}_]/u.test(text.slice(whole, whole + 2))) found(start, whole);
}

function isLastColon(text: string, start: number, end: number): boolean {
  return text.charAt(end - 1) === ':' && text.charAt(end - 2) !== ':' && end - start > 2;
}

function isIpv6(address: string): boolean {
  const halves = address.split('::');
  // Identifiers such as `a::b` have no digits.
  if (halves.length > 2 || address.length > LONGEST || !/\d/.test(address)) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const embedded = parts.at(-1)?.includes('.') === true ? parts.pop() : undefined;
  if (embedded !== undefined && !WHOLE_IPV4.test(embedded)) return false;
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return false;
  const count = parts.length + (embedded === undefined ? 0 : 2);
  if (halves.length === 1) return count === GROUPS && !parts.every((part) => part.length === 2);
  return count < GROUPS && (embedded !== undefined || isTelling(parts, address));
}

/** Whether a short form is more than the slice `1::3`, the time `12::30` or a name such as `b2::c3`. */
function isTelling(parts: readonly string[], address: string): boolean {
  if (address === '::1') return true;
  return (
    parts.length >= 3 || (parts[0]?.length ?? 0) >= 3 || /^[0-9a-f]{4}$/i.test(parts.at(-1) ?? '')
  );
}

/** A slice of a list, such as `x[::1]`; addresses in brackets follow slashes or spaces. */
function isSlice(text: string, start: number, address: string): boolean {
  return /^[\d:]+$/.test(address) && INDEXED.test(text.slice(Math.max(0, start - 48), start));
}
