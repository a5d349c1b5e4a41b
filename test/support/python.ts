import { spawnSync } from 'node:child_process';

/** Debian's own interpreter first: another python3 on the PATH may hide the one that has modules. */
const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** A Python with these modules, or null (said loudly) where the machine has none. */
export function findPython(
  modules: readonly string[],
  { packages }: { packages: string },
): string | null {
  for (const python of CANDIDATES) {
    // Found, not imported, which takes seconds.
    const script =
      'import sys; from importlib.util import find_spec; [1 / bool(find_spec(m)) for m in sys.argv[1:]]';
    const { status } = spawnSync(python, ['-c', script, ...modules], { stdio: 'ignore' });
    if (status === 0) return python;
  }
  console.warn(
    `SKIPPED: this comparison needs a Python with ${modules.join(' and ')} (${packages}).`,
  );
  return null;
}

/** Runs a script of Python that reads JSON from standard input and prints JSON. */
export function runPython(python: string, script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-B', '-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
