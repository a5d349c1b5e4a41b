import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { trainerEnvironment } from '../../../src/node/runs/trainerProcess.js';

/** Allocates and frees 48 MB repeatedly, and prints the page faults of the last rounds. */
const REPEAT = `
  const round = () => { new Uint8Array(48e6).fill(1); gc(); };
  for (let i = 0; i < 5; i++) round();
  setTimeout(() => {
    const before = process.resourceUsage().minorPageFault;
    for (let i = 0; i < 5; i++) round();
    console.log(process.resourceUsage().minorPageFault - before);
  }, 100);`;

describe('the environment of a trainer', () => {
  it.runIf(process.platform === 'linux')('keeps freed memory for the next allocation', () => {
    const env = trainerEnvironment(process.env, process.platform);
    const output = execFileSync(process.execPath, ['--expose-gc', '-e', REPEAT], {
      env,
      encoding: 'utf8',
    });
    // 48 MB are 11,719 pages, which all five rounds fault in otherwise. V8 frees arrays on another
    // thread, so that a round may come before the array of the one before is free.
    expect(Number(output)).toBeLessThan(2.5 * 11_719);
  });

  it('does not rely on a threshold that older C libraries ignore', () => {
    const environment = trainerEnvironment({ PATH: '/bin' }, 'linux');
    expect(environment).toMatchObject({ PATH: '/bin', MALLOC_MMAP_MAX_: '0' });
    expect(environment).not.toHaveProperty('MALLOC_MMAP_THRESHOLD_');
  });

  it('joins freed memory, with the tunables of the user kept', () => {
    const ours = 'glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0';
    expect(trainerEnvironment({}, 'linux')).toMatchObject({ GLIBC_TUNABLES: ours });
    const GLIBC_TUNABLES = 'glibc.malloc.check=1';
    expect(trainerEnvironment({ GLIBC_TUNABLES }, 'linux')).toMatchObject({
      GLIBC_TUNABLES: `glibc.malloc.check=1:${ours}`,
    });
  });

  it('sets nothing where the C library is another one', () => {
    const environment = trainerEnvironment({ PATH: '/bin' }, 'darwin');
    expect(environment).not.toHaveProperty('MALLOC_MMAP_MAX_');
    expect(environment).not.toHaveProperty('GLIBC_TUNABLES');
  });
});
