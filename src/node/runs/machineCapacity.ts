import os from 'node:os';
import type { MachineCapacity } from '../../core/runs/queueRoom.js';

/** Cores and memory of this machine, or of the container that this process runs in. */
export function machineCapacity(): MachineCapacity {
  const limit = process.constrainedMemory();
  return {
    cores: os.availableParallelism(),
    total: limit > 0 ? Math.min(os.totalmem(), limit) : os.totalmem(),
    // macOS counts its caches as used memory.
    free: process.platform === 'darwin' ? null : process.availableMemory(),
  };
}
