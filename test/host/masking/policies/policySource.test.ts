import { beforeEach, describe, expect, it, vi } from 'vitest';
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

  it('says that the file was deleted, even while the editor remembers its text', async () => {
    editor.hasFile = false;
    await expect(source().read()).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: { problem: 'The policy p.mask.json no longer exists.' },
      },
    });
  });
});
