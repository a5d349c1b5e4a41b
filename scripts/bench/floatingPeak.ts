/** Highest rate of float32 arithmetic that a processor can reach by its clock and vector units. */
import { readFileSync } from 'node:fs';

export interface FloatingPeak {
  /** Measured under load, in one thread. */
  readonly gigahertz: number;
  /** Float32 operations per cycle and core; a fused multiplication and addition is two. */
  readonly operationsPerCycle: number;
  readonly gigaflops: number;
}

/** Peak of `threads` cores; `null` if the vector units of this processor are not known. */
export function floatingPeak(threads: number): FloatingPeak | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const operationsPerCycle = operationsOf(readFileSync('/proc/cpuinfo', 'utf8'));
  if (operationsPerCycle === null) return null;
  const gigahertz = measureClock();
  return { gigahertz, operationsPerCycle, gigaflops: gigahertz * operationsPerCycle * threads };
}

/** From `/proc/cpuinfo`: lanes × 2 operations × units that start one vector per cycle. */
export function operationsOf(cpuinfo: string): number | null {
  const has = (flag: string): boolean => new RegExp(`\\b${flag}\\b`).test(cpuinfo);
  if (!has('fma') || !has('avx2')) return null;
  const twoUnits256 = 8 * 2 * 2;
  if (!has('avx512f')) return twoUnits256;
  // Zen 4 (family 25) runs AVX-512 on two units of 256 bits; Zen 5 and Intel's servers have two of 512.
  const isZen4 = has('AuthenticAMD') && /cpu family\s*:\s*25\b/.test(cpuinfo);
  return isZen4 ? twoUnits256 : 16 * 2 * 2;
}

/** Cycles of one integer multiplication that waits for the one before, on x64 since 2013. */
const MULTIPLICATION_CYCLES = 3;
const MULTIPLICATIONS = 16;
/** Less than a time slice, so that some run is not interrupted by other work. */
const ROUNDS = 20_000;
const RUNS = 400;

/** GHz, from the fastest of several chains of multiplications. */
function measureClock(): number {
  let best = Infinity;
  let value = 3;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    value = multiply(value);
    best = Math.min(best, performance.now() - start);
  }
  if (value === 0) throw new Error('An odd product is never zero.');
  return (ROUNDS * MULTIPLICATIONS * MULTIPLICATION_CYCLES) / best / 1e6;
}

function multiply(factor: number): number {
  let x = factor | 1;
  for (let i = 0; i < ROUNDS; i++) {
    x = Math.imul(Math.imul(Math.imul(Math.imul(x, x), x), x), x);
    x = Math.imul(Math.imul(Math.imul(Math.imul(x, x), x), x), x);
    x = Math.imul(Math.imul(Math.imul(Math.imul(x, x), x), x), x);
    x = Math.imul(Math.imul(Math.imul(Math.imul(x, x), x), x), x);
  }
  return x;
}
