/** Bundles what has to be plain JavaScript: the suite for the extension host and its helpers. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const root = path.join(import.meta.dirname, '../..');
/** Inside the repository, so that `node_modules` is found; apart from dist/, which builds wipe. */
const bundles = path.join(root, '.cache/workbench');

export interface TestBundles {
  /** CommonJS module whose `run()` runs the integration suite in the extension host. */
  integrationSuite: string;
  /** Stand-in for the `code` executable. */
  codeExecutable: string;
  /** Preload script that records connections off this machine. */
  egressGuard: string;
}

/** Builds into a folder for this process alone, which is removed when the process exits. */
export async function buildTestBundles(): Promise<TestBundles> {
  mkdirSync(bundles, { recursive: true });
  const output = mkdtempSync(path.join(bundles, 'bundles-'));
  process.once('exit', () => {
    rmSync(output, { recursive: true, force: true });
  });
  const here = (file: string): string => path.join(root, 'test/workbench', file);
  const suites = readdirSync(here('integration')).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: {
      'integration/index': here('integration/index.ts'),
      ...Object.fromEntries(
        suites.map((name) => [
          `integration/${name.replace(/\.ts$/, '')}`,
          here(`integration/${name}`),
        ]),
      ),
      code: here('kit/codeExecutable.ts'),
      egressGuard: here('kit/egressGuard.ts'),
    },
    outdir: output,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    banner: { js: '#!/usr/bin/env node' },
    external: ['vscode', 'mocha', 'playwright-core'],
  });
  const codeExecutable = path.join(output, 'code.cjs');
  chmodSync(codeExecutable, 0o755);
  return {
    integrationSuite: path.join(output, 'integration/index.cjs'),
    codeExecutable,
    egressGuard: path.join(output, 'egressGuard.cjs'),
  };
}
