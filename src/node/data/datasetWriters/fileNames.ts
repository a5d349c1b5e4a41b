/** Names of the files of the data in a masked dataset. */
export interface FileNames {
  of(file: string): string;
}

/** The paths themselves. */
export const PLAIN_FILE_NAMES: FileNames = { of: (file) => file };

/**
 * `file-1`, `file-2` and so on, in the order of the data. Names of files and folders can hold personal
 * data, and a number still tells which records come from the same file.
 */
export function numberedFileNames(files: readonly string[]): FileNames {
  const names = new Map(files.map((file, index) => [file, `file-${String(index + 1)}`]));
  return { of: (file) => names.get(file) ?? 'file' };
}
