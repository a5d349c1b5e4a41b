import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DIST } from './trainerRuns.js';

it('the command line starts without the tagger of English words', () => {
  const script = `require(process.argv[1]); console.log(Object.keys(require.cache).join('\\n'))`;
  const args = ['-e', script, path.join(DIST, 'cli.js')];
  const loaded = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(loaded).toContain('cli.js');
  expect(loaded).not.toContain('compromise.js');
});
