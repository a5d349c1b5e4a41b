import fs from 'node:fs';
import path from 'node:path';

/** Bytes of all files below a folder. Links are not followed, and what cannot be read counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const folders = [folder]; folders.length > 0;) {
    const current = folders.pop()!;
    const entries = await fs.promises.readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = path.join(current, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else bytes += (await fs.promises.lstat(file).catch(() => null))?.size ?? 0;
    }
  }
  return bytes;
}
