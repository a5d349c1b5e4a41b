import fs from 'node:fs';
import path from 'node:path';
import { storing } from './storage.js';

const RESERVED_BYTES = 256 * 1024;

/** Reserves disk space, so that a run that fills the disk can still write its error. */
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
