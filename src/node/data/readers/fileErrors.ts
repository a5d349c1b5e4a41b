import { AppError } from '../../../core/errors.js';

/** A problem with a file of the person's data. */
export function dataError(
  file: string,
  details: { row?: number; column?: string; problem: string; remedy: string },
): AppError {
  return new AppError({ code: 'Data', details: { file, ...details } });
}

/** What the system says of a file or folder that cannot be read, in words. */
export function unreadable(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = (thrown as NodeJS.ErrnoException).code;
  const problem =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EACCES' || code === 'EPERM'
        ? 'cannot be read: no permission'
        : `cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)})`;
  const remedy =
    code === 'ENOENT' ? 'Check the path and try again.' : 'Check its permissions, or leave it out.';
  return dataError(file, { problem, remedy });
}

/** How a file is brought to UTF-8; `from` is its encoding, where that can be told. */
export function resave(from: string | null): string {
  const reopen = from === null ? '' : `, ${from}`;
  return `Save it as UTF-8 (in VS Code: "Reopen with Encoding"${reopen}, then "Save with Encoding").`;
}

export function isBadData(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code === 'Data';
}
