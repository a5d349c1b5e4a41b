import { expect, it } from 'vitest';
import { dependencies, version } from '../../package.json';
import { masklab } from './commandLine.js';
import { DIST } from './trainerRuns.js';

it.each(['--version', '-v'])('masklab %s prints the versions for a bug report', async (flag) => {
  const { code, output } = await masklab(DIST, [flag]);
  expect(code).toBe(0);
  expect(output.trimEnd().split('\n')).toEqual([
    `masklab ${version}`,
    `onnxruntime ${dependencies['onnxruntime-node']}`,
    `node ${process.versions.node}`,
  ]);
});
