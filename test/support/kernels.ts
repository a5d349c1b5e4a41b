import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Kernels } from '../../src/core/train/kernels.js';
import { loadKernels } from '../../src/node/kernels.js';

let loaded: Promise<Kernels> | undefined;

/** The optimizer's kernels, compiled from source once a test file. */
export function testKernels(): Promise<Kernels> {
  loaded ??= compileAndLoad();
  return loaded;
}

async function compileAndLoad(): Promise<Kernels> {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'masklab-kernels-')), 'kernels.wasm');
  const script = path.join(import.meta.dirname, '../../scripts/compileKernels.mjs');
  execFileSync(process.execPath, [script, file], { stdio: 'inherit' });
  return loadKernels(file);
}
