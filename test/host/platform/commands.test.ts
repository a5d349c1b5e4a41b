import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { commandsReportingTo } from '../../../src/host/platform/commands.js';
import { COMMANDS } from '../../../src/host/platform/contributions.js';

const registered = vi.hoisted(() => new Map<string, (...args: unknown[]) => Promise<void>>());
vi.mock('vscode', () => ({
  commands: {
    registerCommand: (id: string, run: (...args: unknown[]) => Promise<void>) => {
      registered.set(id, run);
      return { dispose: () => registered.delete(id) };
    },
  },
}));

const reported: { thrown: unknown; titles: string[] }[] = [];
const registerCommand = commandsReportingTo({
  // A message that nobody dismisses.
  error: (thrown, actions) => {
    reported.push({ thrown, titles: actions!.map(({ title }) => title) });
    return new Promise(() => undefined);
  },
});
const execute = (...args: unknown[]): Promise<void> => registered.get(COMMANDS.refresh)!(...args);

beforeEach(() => {
  registered.clear();
  reported.length = 0;
});

describe('registerCommand', () => {
  it('hands all arguments on and is done when the work is done', async () => {
    const seen: unknown[] = [];
    const command = registerCommand(COMMANDS.refresh, async (...args) => {
      await Promise.resolve();
      seen.push(...args);
    });
    await execute('a', ['b']);
    expect(seen).toEqual(['a', ['b']]);
    command.dispose();
    expect(registered.size).toBe(0);
  });

  it.each([
    [
      'thrown',
      () => {
        throw new AppError({ code: 'Cancelled', details: {} });
      },
    ],
    ['rejected', () => Promise.reject(new AppError({ code: 'Cancelled', details: {} }))],
  ])('reports what is %s with its actions, without waiting for the message', async (_how, run) => {
    registerCommand(COMMANDS.refresh, run, {
      errorActions: () => [{ title: 'Open Folder', run: () => undefined }],
    });
    await execute();
    expect(reported).toMatchObject([
      { thrown: { data: { code: 'Cancelled' } }, titles: ['Open Folder'] },
    ]);
  });
});
