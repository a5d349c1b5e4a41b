import { machineCapacity } from '../node/runs/machineCapacity.js';

/** Share of the memory here that a batch is fitted to unless a limit is set. */
const SHARE = 1 / 2;

/** Bytes that a run may take on this machine, or in the container that the trainer runs in. */
export function memoryBudget(): number {
  return SHARE * machineCapacity().total;
}
