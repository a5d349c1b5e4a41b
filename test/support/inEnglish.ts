import { AppError, describeError, type AppErrorCode } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';

/** Texts of an error of the code, as the command line shows them; another error is thrown on. */
export function inEnglish(
  thrown: unknown,
  code: AppErrorCode,
): { readonly message: string; readonly remedy: string } {
  if (!(thrown instanceof AppError) || thrown.code !== code) throw thrown;
  return describeError(thrown.data, ENGLISH);
}
