import { beforeEach, describe, expect, it, vi } from 'vitest';
import { notify, withoutLinks } from '../../../src/host/platform/notify.js';

const shown = vi.hoisted((): string[] => []);
vi.mock('vscode', () => {
  const show = (message: string): Promise<undefined> => {
    shown.push(message);
    return Promise.resolve(undefined);
  };
  return {
    window: { showInformationMessage: show, showWarningMessage: show, showErrorMessage: show },
  };
});
beforeEach(() => {
  shown.length = 0;
});

/** Pattern by which the editor finds links in notifications. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

const HOSTILE = '[Click here](command:masklab.deleteRun?%5B%22%2Ftmp%22%5D)';

describe('notifications', () => {
  it('show the names of files and runs as text, whatever they are called', async () => {
    for (const severity of ['info', 'warning', 'error'] as const) {
      await notify(severity, `“${HOSTILE}” has finished.`);
    }
    expect(shown).toHaveLength(3);
    expect(HOSTILE).toMatch(LINK);
    for (const message of shown) {
      expect(message).not.toMatch(LINK);
      expect(message.replaceAll('\u2060', '')).toBe(`“${HOSTILE}” has finished.`);
    }
  });

  it('leave other text as it is', () => {
    expect(withoutLinks('a [b] (c) “d”')).toBe('a [b] (c) “d”');
  });
});
