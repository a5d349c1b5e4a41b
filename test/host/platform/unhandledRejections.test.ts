import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, modelError } from '../../../src/core/errors.js';
import { problem } from '../../../src/core/messages/message.js';
import type { Disposable } from '../../../src/host/platform/disposables.js';
import { logUnhandledRejections } from '../../../src/host/platform/unhandledRejections.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const EXTENSION = path.join(import.meta.dirname, '../../..');
const lines: string[] = [];
let own: Disposable;
const others = process.listeners('unhandledRejection');

beforeEach(() => {
  lines.length = 0;
  // Vitest fails a run on each unhandled rejection; here they are what is tested.
  process.removeAllListeners('unhandledRejection');
  own = logUnhandledRejections({ error: (line: string) => void lines.push(line) }, EXTENSION);
});
afterEach(() => {
  own.dispose();
  for (const listener of others) process.on('unhandledRejection', listener);
});

function rejected(thrown: unknown): string[] {
  process.emit('unhandledRejection', thrown, Promise.resolve());
  return lines;
}

describe('an unhandled rejection', () => {
  it('of this extension is logged in one line', async () => {
    void Promise.reject(new TypeError('x is undefined'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [line, ...more] = lines;
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^Unhandled error: TypeError: x is undefined at .*unhandledRejections\.test\.ts/,
    );
    expect(line).not.toContain('\n');
  });

  it('is logged in the words of its error', () => {
    expect(rejected(modelError('/models/a', problem('file.notRegular')))).toEqual([
      expect.stringMatching(/^Unhandled error: \/models\/a: .*not a regular file/),
    ]);
  });

  it('is left to the editor if it is a cancellation or not of this extension', () => {
    const foreign = new Error('of another extension');
    foreign.stack = 'Error: of another extension\n    at /other/extension/main.js:1:1';
    for (const thrown of [foreign, cancelled(), 'a text', undefined]) rejected(thrown);
    expect(lines).toEqual([]);
  });

  it('is not listened to after the extension has ended', () => {
    own.dispose();
    expect(process.listenerCount('unhandledRejection')).toBe(0);
  });
});
