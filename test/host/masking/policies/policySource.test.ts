import { beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../../../../src/core/messages/message.js';
import { policyFile } from '../../../../src/host/masking/policies/policySource.js';
import { editor, oneLine, Uri } from '../../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

beforeEach(() => {
  editor.document = oneLine('{ "version": 1 }');
  editor.hasFile = true;
});

describe('policyFile', () => {
  const source = () => policyFile(Uri.file('/p.mask.json') as never);

  it('reads what the editor holds of the file', async () => {
    expect(await source().read()).toMatchObject({ text: '{ "version": 1 }' });
  });

  it('rejects a deleted file, even if the editor has its text in memory', async () => {
    editor.hasFile = false;
    await expect(source().read()).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: { problem: problem('masking.policyDeleted', { policy: 'p.mask.json' }) },
      },
    });
  });
});
