import fs from 'node:fs';
import path from 'node:path';
import { storing } from './storage.js';

const RESERVED_BYTES = 256 * 1024;

/** Keeps some space on the disk, so that a run that fills it up can still say so. */
export function reserveSpace(directory: string): { release(): void } {
  const file = path.join(directory, 'trainer.reserve');
  storing(file, () => {
    fs.writeFileSync(file, new Uint8Array(RESERVED_BYTES));
  });
  return {
    release: () => {
      fs.rmSync(file, { force: true });
    },
  };
}
