import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError, toAppErrorData } from '../../../src/core/errors.js';
import { ENGLISH } from '../../../src/core/messages/render.js';
import { trainingOptions } from '../../../src/host/platform/settings.js';

const shown = vi.hoisted((): { set: Record<string, unknown> } => ({ set: {} }));
vi.mock('vscode', () => ({
  workspace: {
    // Settings that nobody has set show their defaults, as `package.json` declares them.
    getConfiguration: () => ({
      get: (id: string) => shown.set[id] ?? (id.endsWith('.heldOut') ? 0.1 : 'default'),
      inspect: (id: string) => ({ defaultValue: 'default', workspaceValue: shown.set[id] }),
    }),
  },
}));

const anywhere: unknown = {};
const folder = anywhere as vscode.Uri;

beforeEach(() => {
  shown.set = {};
});

describe('trainingOptions', () => {
  it('leaves out what is only shown by default, which a new model trains with otherwise', () => {
    expect(trainingOptions(folder)).toEqual({});
  });

  it('takes a value that a person has set, even if it is the default', () => {
    shown.set = { 'masklab.training.heldOut': 0.1, 'masklab.training.batchSize': 0 };
    expect(trainingOptions(folder)).toEqual({ heldOut: 0.1, batchSize: 'auto' });
  });

  it('refuses a value that no run accepts, and names the setting', () => {
    shown.set = { 'masklab.training.epochs': -1 };
    try {
      trainingOptions(folder);
      expect.fail('accepted');
    } catch (thrown) {
      const { message } = describeError(toAppErrorData(thrown), { ...ENGLISH, surface: 'editor' });
      expect(message).toBe('The setting masklab.training.epochs cannot be -1.');
    }
  });
});
