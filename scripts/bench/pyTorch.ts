/** The PyTorch that benchmarks are held against, with the fastest kernels it has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface PyTorch {
  readonly python: string;
  readonly env: Readonly<Record<string, string>>;
  /** Versions and libraries, for the record. */
  readonly build: string;
}

/** The one of `python`, or Debian's; throws where there is none. */
export function findPyTorch(threads: number, given?: string): PyTorch {
  const python = findPython(given === undefined ? ['/usr/bin/python3', 'python3'] : [given]);
  const core = openBlasCore();
  const describe = (script: string): string =>
    execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim();
  const library = describe(BLAS);
  const blas = library === 'MKL' ? library : [library, ...Object.values(core)].join(', kernels ');
  return {
    python,
    env: { ...core, OMP_NUM_THREADS: String(threads) },
    build: `${describe(BUILD)}; ${blas}`,
  };
}

/**
 * OpenBLAS picks its kernels by the processor's model number, and takes a processor younger than
 * itself for an ancient one, several times slower. It is told the best kind it has by what the
 * processor can do.
 */
function openBlasCore(): Record<string, string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return {};
  const flags = readFileSync('/proc/cpuinfo', 'utf8');
  const core = /\bavx512bw\b/.test(flags) ? 'SkylakeX' : /\bavx2\b/.test(flags) ? 'Haswell' : null;
  return core === null ? {} : { OPENBLAS_CORETYPE: core };
}

function findPython(candidates: readonly string[]): string {
  // Debian's own interpreter first: another python3 on the PATH may hide the one that has torch.
  for (const python of candidates) {
    if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0) return python;
  }
  throw new Error(
    `${candidates.join(', ')}: no PyTorch. apt-get install python3-torch libopenblas0-openmp`,
  );
}

const BUILD = `
import platform, torch
lines = torch.__config__.show().splitlines()
capability = next((l.split(':')[-1].strip() for l in lines if 'CPU capability' in l), '?')
print(f'PyTorch {torch.__version__}, CPU capability {capability}, Python {platform.python_version()}')`;

const BLAS = `
import torch
torch.ones(64, 64) @ torch.ones(64, 64)
maps = {line.split()[-1] for line in open('/proc/self/maps')} if __import__('os').path.exists('/proc/self/maps') else set()
print('MKL' if torch.backends.mkl.is_available() else ', '.join(sorted(p.split('/')[-2] + '/' + p.split('/')[-1] for p in maps if 'blas' in p.lower())) or 'unknown BLAS')`;
