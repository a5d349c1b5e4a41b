import { defineConfig } from 'vitest/config';

/** Tests of pure functions, which can share a process; loading all modules again for each file takes long. */
const PURE = 'test/{core,protocol}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Engine tests are CPU-bound and the machines have two cores.
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: [PURE], poolOptions: { forks: { isolate: false } } },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['test/**/*.test.ts'],
          exclude: [PURE, 'test/workbench/**', 'node_modules/**'],
        },
      },
    ],
  },
});
