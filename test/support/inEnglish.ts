import {
  AppError,
  describeError,
  type AppErrorCode,
  type AppErrorData,
} from '../../src/core/errors.js';
import type { Message } from '../../src/core/messages/message.js';
import { ENGLISH, renderMessage } from '../../src/core/messages/render.js';

/** Texts of an error of the code, as the command line shows them; another error is thrown on. */
export function inEnglish(
  thrown: unknown,
  code: AppErrorCode,
): { readonly message: string; readonly remedy: string } {
  if (!(thrown instanceof AppError) || thrown.code !== code) throw thrown;
  return describeError(thrown.data, ENGLISH);
}

/** Problem of an error, as the command line shows it; empty without one. */
export function problemInEnglish(data: AppErrorData | null): string {
  return data === null ? '' : describeError(data, ENGLISH).message;
}

/** Remedy of an error, as the command line shows it; empty without one. */
export function remedyInEnglish(data: AppErrorData | null): string {
  return data === null ? '' : describeError(data, ENGLISH).remedy;
}

/** A message, as the command line shows it. */
export function messageInEnglish(said: Message): string {
  return renderMessage(said, ENGLISH);
}
