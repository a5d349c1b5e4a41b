import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './httpError.js';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

/**
 * Refuses requests that a web page of another site may have caused: those under a foreign name that
 * resolves to this machine (DNS rebinding), and those with a foreign origin.
 */
export function refuseForeign({ host, origin }: IncomingHttpHeaders): void {
  if (host === undefined || !LOOPBACK_NAME.test(host)) {
    throw new HttpError(
      403,
      'The Host header must name this machine: localhost, 127.0.0.1 or [::1].',
    );
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    throw new HttpError(403, 'Requests of web pages are refused.');
  }
}

function isLoopbackOrigin(origin: string): boolean {
  const [, place] = /^https?:\/\/(.+)$/u.exec(origin) ?? [];
  return place !== undefined && LOOPBACK_NAME.test(place);
}

/** Refuses requests without the token of the server, if it has one. */
export function requireToken({ authorization = '' }: IncomingHttpHeaders, token: string): void {
  const [, given] = /^Bearer +(\S+) *$/iu.exec(authorization) ?? [];
  if (given !== undefined && isSame(given, token)) return;
  throw new HttpError(
    401,
    given === undefined
      ? 'This server needs a token. Send the header "Authorization: Bearer <token>".'
      : 'The token is not that of this server.',
    { 'www-authenticate': 'Bearer' },
  );
}

/** Compares hashes, so that the time taken says nothing about the token. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Refuses bodies that are not plain JSON. */
export function requireJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new HttpError(415, 'Send JSON with the header "Content-Type: application/json".');
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new HttpError(415, `Send the body as it is: the encoding ${encoding} is not supported.`);
  }
}
