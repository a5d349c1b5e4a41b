import { beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../../../../src/core/messages/message.js';
import { decide, keepSeed } from '../../../../src/host/masking/preview/decide.js';
import type { MaskingPreview } from '../../../../src/host/masking/preview/maskingPreview.js';
import type { PreviewController } from '../../../../src/host/masking/preview/previewController.js';
import { editor, oneLine } from '../../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const resetSeed = vi.fn();
const previewOf = () =>
  ({
    policy: { uri: editor.document.uri, label: 'p.mask.json', read: vi.fn() },
    seed: 5,
    resetSeed,
  }) as unknown as MaskingPreview;
const controllerOf = (preview: MaskingPreview) =>
  ({ of: () => preview }) as unknown as PreviewController;
const decideWhale = () =>
  decide(controllerOf(previewOf()), 'always', {
    uri: editor.document.uri.toString(),
    word: 'whale',
  });

beforeEach(() => {
  editor.document = oneLine('{ "version": 1 }');
  editor.takesEdits = true;
  editor.savesFiles = true;
  resetSeed.mockClear();
});

describe('decide', () => {
  it('is silent once the policy is changed', async () => {
    await expect(decideWhale()).resolves.toBeUndefined();
  });

  it('fails if the editor rejects the edit', async () => {
    editor.takesEdits = false;
    await expect(decideWhale()).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: { problem: problem('masking.policyNotChanged', { policy: 'p.mask.json' }) },
      },
    });
  });

  it('fails if the policy cannot be saved', async () => {
    editor.savesFiles = false;
    await expect(decideWhale()).rejects.toMatchObject({
      data: { details: { problem: problem('masking.policyNotSaved', { policy: 'p.mask.json' }) } },
    });
  });
});

describe('keepSeed', () => {
  it('shows the policy again only once it holds the seed', async () => {
    await keepSeed(previewOf());
    expect(resetSeed).toHaveBeenCalledOnce();
    editor.takesEdits = false;
    await expect(keepSeed(previewOf())).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect(resetSeed).toHaveBeenCalledOnce();
  });
});
