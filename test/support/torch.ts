import { spawnSync } from 'node:child_process';

/** Debian's own interpreter first: another python3 on the PATH may hide the one that has torch. */
const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** A Python with torch, or null (said loudly) where the machine has none. */
export function findTorchPython(): string | null {
  for (const python of CANDIDATES) {
    const { status } = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    if (status === 0) return python;
  }
  console.warn('SKIPPED: the comparison with PyTorch needs a Python with torch (python3-torch).');
  return null;
}
