import { beforeEach, describe, expect, it, vi } from 'vitest';
import { followInNotification } from '../../../src/host/platform/followInNotification.js';

const shown = vi.hoisted(() => ({ titles: [] as string[], messages: [] as string[] }));
const cancel = vi.hoisted(() => ({ press: (): void => undefined }));

vi.mock('vscode', () => ({
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: (
      { title }: { title: string },
      task: (progress: unknown, token: unknown) => Promise<unknown>,
    ) => {
      shown.titles.push(title);
      const progress = {
        report: ({ message }: { message: string }) => shown.messages.push(message),
      };
      const token = {
        onCancellationRequested: (listener: () => void) => {
          cancel.press = listener;
        },
      };
      return task(progress, token);
    },
  },
}));

const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

beforeEach(() => {
  shown.titles.length = 0;
  shown.messages.length = 0;
});

describe('followInNotification', () => {
  it('shows nothing for work that ends at once, well or not', async () => {
    expect(await followInNotification('Reading', () => Promise.resolve(3))).toBe(3);
    const failing = followInNotification('Reading', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(shown.titles).toEqual([]);
  });

  it('shows longer work with the latest of its progress, and cancels it', async () => {
    const work = followInNotification('Reading', async (report, signal) => {
      report({ message: 'early', percent: 10 });
      await after(500);
      report({ message: 'late', percent: 20 });
      cancel.press();
      return signal.aborted;
    });
    expect(await work).toBe(true);
    expect(shown).toEqual({ titles: ['Reading'], messages: ['early', 'late'] });
  });
});
