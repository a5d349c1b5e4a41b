import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that replace modules or globals, or that measure the memory of their process. */
const NEEDS_ITS_OWN_MODULES = /\bvi\.(?:mock|doMock|hoisted)\(|\bmemoryUsage\(/;

/** Most tests compute all the time, and each process needs about 1 GB. */
const AT_A_TIME = Math.min(4, Math.max(2, os.availableParallelism()));

const others = readdirSync(path.join(import.meta.dirname, 'test'), { recursive: true })
  .map((name) => path.posix.join('test', name.replaceAll(path.sep, '/')))
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('test/workbench/'))
  .filter((name) =>
    NEEDS_ITS_OWN_MODULES.test(readFileSync(path.join(import.meta.dirname, name), 'utf8')),
  );

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ['test/support/answerRunner.ts'],
    pool: 'forks',
    // The processes are reused: loading all modules again for each file takes long. Vitest reads this here alone,
    // and starts new processes between the projects.
    poolOptions: { forks: { maxForks: AT_A_TIME, isolate: false } },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...others, 'test/workbench/**', 'node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: others,
          // Modules are loaded again for each file.
          poolOptions: { forks: { isolate: true } },
        },
      },
    ],
  },
});
