import { expect, it, vi } from 'vitest';
import type { CommandRun } from '../../../src/host/platform/commands.js';
import { COMMANDS } from '../../../src/host/platform/contributions.js';
import { whereTrusted } from '../../../src/host/platform/trust.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

it('a command that needs trust runs once the workspace is trusted, and not before', async () => {
  let isTrusted = false;
  const ran: unknown[] = [];
  const registered = new Map<string, CommandRun>();
  const register = whereTrusted(
    (id, run) => {
      registered.set(id, run);
      return { dispose: () => undefined };
    },
    () => Promise.resolve(isTrusted),
  );
  register(COMMANDS.fillAllMasks, (argument) => ran.push(argument));
  await registered.get(COMMANDS.fillAllMasks)!(1);
  expect(ran).toEqual([]);
  isTrusted = true;
  await registered.get(COMMANDS.fillAllMasks)!(2);
  expect(ran).toEqual([2]);
});
