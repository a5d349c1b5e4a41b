const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 60;
/** A server that asks for more is asked again after this time. */
const LONGEST_ASKED_SECONDS = 600;

/** Seconds to wait after a failed attempt (from 1), by `Retry-After` if the server has sent it. */
export function secondsAfter(attempt: number, retryAfter: number | null): number {
  if (retryAfter !== null) return Math.min(Math.max(retryAfter, 0), LONGEST_ASKED_SECONDS);
  return Math.min(FIRST_SECONDS * 2 ** (attempt - 1), LONGEST_SECONDS);
}

/** Seconds of a `Retry-After` header, which is a number or a date; `null` without a valid one. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}
