import type { Found } from './found.js';

/** RFC 5321 allows 64 characters before the @. */
const LONGEST_LOCAL_PART = 64;
const LOCAL = /[\p{L}\p{M}\p{N}!#$%&'*+=~_.-]/u;
/** Scripts whose words are written without spaces or with attached particles. */
const UNSPACED =
  /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Hang}]/u;
/** A domain in Latin letters, which text in another script can follow directly. */
const LATIN_DOMAIN =
  /(?:[\p{sc=Latn}\d][\p{sc=Latn}\p{M}\d-]{0,62}\.){1,10}(?:xn--[a-z0-9-]{2,59}|\p{sc=Latn}{2,63})(?![\p{sc=Latn}\d_-]|\.\p{sc=Cyrl}{2})/iuy;
const DOMAIN =
  /(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,10}(?:xn--[a-z0-9-]{2,59}|\p{L}[\p{L}\p{M}]{1,62})/uy;
/** Names of high-resolution images and other files, such as `name@2x.png`, are not addresses. */
const FILE = /^\d(?:\.\d+)?x\.|\.(?:png|jpe?g|gif|svg|webp|bmp|ico|pdf|js|ts|css|json|html?|txt)$/i;
/** Addresses of returned mail, which hold the address of the recipient. */
const RETURN_PATH =
  /^(?:prvs|srs[01]|msprvs\d?|btv\d?|bounces?|return|verp|owner|sentto)[-+=._]|^[^=]*\+|@(?:returns?|bounces?|verp|lists?)\./i;

/** Finds email addresses. */
export function findEmails(text: string, found: Found): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    if (start === at) continue;
    const end = domainEnd(text, at + 1);
    if (end !== null && !isCode(text, start, at, end)) found(start, end);
  }
}

function domainEnd(text: string, from: number): number | null {
  for (const pattern of [LATIN_DOMAIN, DOMAIN]) {
    pattern.lastIndex = from;
    const domain = pattern.exec(text)?.[0];
    if (domain !== undefined) return FILE.test(domain) ? null : from + domain.length;
  }
  return null;
}

const COMMON_DOMAIN =
  /\.(?:[a-z]{2}|com|org|net|edu|gov|info|biz|example|xn--[a-z0-9-]+|\P{ASCII}+)$/iu;

/**
 * A call such as `w@x.sum(0)`, a password or key in `scheme://user:password@host`, or the address of a
 * repository such as `git@example.org:a/b`.
 */
function isCode(text: string, start: number, at: number, end: number): boolean {
  if (text.charAt(end) === '(' && !COMMON_DOMAIN.test(text.slice(at, end))) return true;
  const before = text.slice(Math.max(0, start - LONGEST_LOCAL_PART), start);
  if (/:\/\/[^\s/?#@]*:$/.test(before) || (before.endsWith('://') && at - start > 30)) return true;
  return (
    /^(?:git|hg|svn)$/.test(text.slice(start, at)) && /^:[\w~/]/.test(text.slice(end, end + 2))
  );
}

function localStart(text: string, at: number): number {
  if (text.charAt(at - 1) === '.') return at;
  const isUnspaced = UNSPACED.test(characterBefore(text, at));
  let start = at;
  const least = Math.max(0, at - LONGEST_LOCAL_PART);
  while (start > least) {
    const before = characterBefore(text, start);
    if (start - before.length < least || !LOCAL.test(before)) break;
    if (!isUnspaced && UNSPACED.test(before)) break;
    start -= before.length;
  }
  start = afterQuery(text, start, at);
  // Quotes and signs before an address are not part of it.
  while (start < at && !/[\p{L}\p{N}_]/u.test(text.charAt(start)) && !isSurrogate(text, start))
    start++;
  return start;
}

/** Leaves out the address of a page and the name of its field: `?user=1&email=` before an address. */
function afterQuery(text: string, start: number, at: number): number {
  const local = text.slice(start, at);
  const isQuery = /[?/&]/.test(text.charAt(start - 1)) || /&[\w.-]*=/.test(local);
  const equals = local.lastIndexOf('=');
  if (isQuery) return start + Math.max(equals, local.lastIndexOf('&')) + 1;
  return equals < 0 || RETURN_PATH.test(text.slice(start, at + 12)) ? start : start + equals + 1;
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  const isPair = unit >= 0xdc00 && unit <= 0xdfff && at >= 2;
  return text.slice(isPair ? at - 2 : at - 1, at);
}

function isSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdfff;
}
