import type { Found } from './found.js';

/** RFC 5321 allows 64 characters before the @. */
const LONGEST_LOCAL_PART = 64;
const LOCAL = /[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]/u;
const DOMAIN =
  /(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,10}(?:xn--[a-z0-9-]{2,59}|\p{L}[\p{L}\p{M}]{1,62})/uy;
/** Names of high-resolution images, such as `name@2x.png`, are not addresses. */
const SCALE = /^\dx\./;

/** Finds email addresses. */
export function findEmails(text: string, found: Found): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    if (start === at) continue;
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0];
    if (domain !== undefined && !SCALE.test(domain)) found(start, DOMAIN.lastIndex);
  }
}

function localStart(text: string, at: number): number {
  let start = at;
  const least = Math.max(0, at - LONGEST_LOCAL_PART);
  while (start > least) {
    const isPair = isLowSurrogate(text, start - 1) && start - 1 > least;
    const before = isPair ? start - 2 : start - 1;
    if (!LOCAL.test(text.slice(before, start))) break;
    start = before;
  }
  // Quotes, slashes and dots before an address are not part of it.
  while (start < at && /[.'`/=*{|]/.test(text.charAt(start))) start++;
  return text.charAt(at - 1) === '.' ? at : start;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
