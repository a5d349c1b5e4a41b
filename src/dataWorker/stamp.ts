import fs from 'node:fs';

/** Stamp of a file that changes whenever the file does. */
export async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size } = await fs.promises.stat(file);
    return `${mtimeMs}:${size}`;
  } catch {
    return 'absent';
  }
}
