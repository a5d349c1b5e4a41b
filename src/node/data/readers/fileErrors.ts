import { AppError } from '../../../core/errors.js';
import { problem, type Problem } from '../../../core/messages/message.js';

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
  return thrown instanceof AppError ? thrown : dataError(file, readProblem(thrown));
}

function readProblem(thrown: unknown): Problem {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT') return problem('data.notFound');
  if (code === 'EACCES' || code === 'EPERM') return problem('data.noPermission');
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return problem('data.unreadable', { reason });
}

export function isBadData(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code === 'Data';
}
