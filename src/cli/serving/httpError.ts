import { describeError, toAppErrorData } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import { ENGLISH } from '../../core/messages/render.js';

/** Statuses of refused requests, with the names that other servers of models give them. */
export const ERROR_TYPES = {
  400: 'validation',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'overloaded',
  500: 'backend',
  503: 'stopping',
} as const;
export type ErrorStatus = keyof typeof ERROR_TYPES;

/** A request that is answered with an error. Its text is read by programmers, in English. */
export class HttpError extends Error {
  constructor(
    readonly status: ErrorStatus,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

/** The answer to a request that failed; `null` for a failure that only the log may name. */
export function httpErrorOf(thrown: unknown): HttpError | null {
  if (thrown instanceof HttpError) return thrown;
  const data = toAppErrorData(thrown);
  if (data.code === 'Cancelled') return new HttpError(503, 'The server is stopping.');
  if (data.code !== 'UserInput') return null;
  const { message, remedy } = describeError(data, ENGLISH);
  return new HttpError(400, joinSentences(message, remedy));
}
