import { AppError } from '../../../core/errors.js';
import { fileProblem } from '../../../core/fileProblem.js';
import type { Problem } from '../../../core/messages/message.js';

/** An error in a data file, with its place if it is in a row or column. */
export function dataError(
  file: string,
  told: Problem,
  place: { readonly row?: number; readonly column?: string } = {},
): AppError {
  return new AppError({ code: 'Data', details: { file, ...place, problem: told } });
}

/** Wraps the error of the system for a file or folder that cannot be read. */
export function unreadable(file: string, thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : dataError(file, fileProblem(thrown));
}

export function isBadData(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code === 'Data';
}
