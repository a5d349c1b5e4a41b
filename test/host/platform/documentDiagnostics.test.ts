import { expect, it, vi } from 'vitest';
import { DocumentDiagnostics } from '../../../src/host/platform/documentDiagnostics.js';
import { editor, oneLine, Uri } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

it('holds no file that was closed', () => {
  editor.document = { ...oneLine('{}'), uri: Uri.file('/p.mask.json') };
  const diagnostics = new DocumentDiagnostics({
    name: 'policies',
    isChecked: () => true,
    problemsOf: () => [],
    log: {} as never,
  });
  const { pending } = diagnostics as unknown as { readonly pending: ReadonlyMap<object, unknown> };
  expect(pending.size).toBe(1);
  editor.documentClosed.fire(editor.document);
  expect(pending.size).toBe(0);
  diagnostics.dispose();
});
