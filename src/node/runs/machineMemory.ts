import os from 'node:os';
import type { MachineMemory } from '../../core/runs/queueWaits.js';

/** Memory of this machine, or of the container that this process runs in. */
export function machineMemory(): MachineMemory {
  const limit = process.constrainedMemory();
  return {
    total: limit > 0 ? Math.min(os.totalmem(), limit) : os.totalmem(),
    // macOS counts its caches as used memory.
    free: process.platform === 'darwin' ? null : process.availableMemory(),
  };
}
