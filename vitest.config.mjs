import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/workbench/**', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Engine tests are CPU-bound and the machines have two cores.
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
  },
});
