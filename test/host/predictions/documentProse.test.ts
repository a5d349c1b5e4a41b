import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { isAssistedIn, isPredictedIn } from '../../../src/host/predictions/documentProse.js';
import { editor, oneLine } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const document = oneLine('the [MASK] and') as unknown as vscode.TextDocument;

afterEach(() => {
  editor.isTrusted = true;
});

describe('Restricted Mode', () => {
  it('has hovers of a document, and neither fills nor suggestions', () => {
    expect(isAssistedIn(document)).toBe(true);
    editor.isTrusted = false;
    expect(isAssistedIn(document)).toBe(false);
    expect(isPredictedIn(document)).toBe(true);
  });
});
