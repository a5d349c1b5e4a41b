import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder that each test has to itself. */
export interface ScratchFolder {
  readonly path: string;
  /** Writes a file below it and gives its absolute path. */
  write(name: string, content: string | Uint8Array): string;
}

export function useScratchFolder(): ScratchFolder {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-readers-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    get path() {
      return folder;
    },
    write(name, content) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      return file;
    },
  };
}
