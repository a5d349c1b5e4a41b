import { findPython } from './python.js';

/** A Python with torch, or null (said loudly) where the machine has none. */
export function findTorchPython(): string | null {
  return findPython(['torch'], { packages: 'python3-torch' });
}
