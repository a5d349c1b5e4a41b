// Compiles the optimizer's SIMD kernels (AssemblyScript) to one small WebAssembly module.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** @param {string} outFile */
export function compileKernels(outFile) {
  execFileSync(
    process.execPath,
    [
      require.resolve('assemblyscript/bin/asc.js'),
      path.join(import.meta.dirname, '../src/kernels/index.ts'),
      '--outFile',
      outFile,
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--importMemory',
      // Functions that take a v128 are only called from within the module.
      '--disableWarning',
      '112',
    ],
    { stdio: 'inherit' },
  );
}

if (process.argv[1] === import.meta.filename) compileKernels(process.argv[2]);
