import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Kernels } from '../../src/core/train/optimizer/kernels.js';
import { loadKernels } from '../../src/node/runtime/loadKernels.js';

const root = path.join(import.meta.dirname, '../..');
const compiler = path.join(root, 'scripts/compileKernels.mjs');

let loaded: Promise<Kernels> | undefined;

/** The kernels, compiled from source once for each state of it. */
export function testKernels(): Promise<Kernels> {
  loaded ??= loadKernels(compileKernels());
  return loaded;
}

function compileKernels(): string {
  const cache = path.join(root, 'node_modules/.cache/masklab');
  const compiled = path.join(cache, `kernels-${hashSources()}.wasm`);
  if (existsSync(compiled)) return compiled;
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `compiling-${process.pid}.wasm`);
  execFileSync(process.execPath, [compiler, file], { stdio: 'inherit' });
  renameSync(file, compiled);
  return compiled;
}

function hashSources(): string {
  const folder = path.join(root, 'src/kernels');
  const files = readdirSync(folder).sort();
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const file of [compiler, ...files.map((name) => path.join(folder, name))]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
