import { spawnSync } from 'node:child_process';

/** `MASKLAB_PYTHON` names an interpreter of a virtual environment. */
const CANDIDATES = [process.env['MASKLAB_PYTHON'], '/usr/bin/python3', 'python3'];

/** A Python with scikit-learn, or `null`, said loudly, if this machine has none. */
export function findSklearnPython(): string | null {
  for (const python of CANDIDATES) {
    if (python === undefined) continue;
    const { status } = spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' });
    if (status === 0) return python;
  }
  console.warn(
    'SKIPPED: the comparison with scikit-learn needs a Python with it (python3-sklearn).',
  );
  return null;
}

/** Runs a script that reads JSON from standard input and writes JSON to standard output. */
export function runPython(python: string, script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-B', '-c', script], {
    ...{ input: JSON.stringify(input), encoding: 'utf8' as const, maxBuffer: 1 << 28 },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}
