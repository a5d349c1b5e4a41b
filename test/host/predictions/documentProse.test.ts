import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import {
  isAssistedIn,
  isPredictedIn,
  proseIn,
} from '../../../src/host/predictions/documentProse.js';
import { editor, oneLine, Uri } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const document = oneLine('the [MASK] and') as unknown as vscode.TextDocument;

afterEach(() => {
  editor.isTrusted = true;
  editor.settings.clear();
});

describe('a file of a language that VS Code lacks', () => {
  const named = (name: string, languageId = 'plaintext') =>
    ({
      ...oneLine('The `make` link:https://example.org[page] is here'),
      ...{ languageId, uri: Uri.file(`/docs/${name}`) },
    }) as unknown as vscode.TextDocument;

  it('is read by the rules of its name', () => {
    for (const name of ['guide.adoc', 'GUIDE.AsciiDoc']) {
      expect(proseIn(named(name))).not.toContain('example.org');
    }
    expect(proseIn(named('guide.adoc'))).toBe(proseIn(named('guide', 'asciidoc')));
    expect(proseIn(named('guide.txt'))).toContain('example.org');
    expect(proseIn(named('adoc'))).toContain('example.org');
  });
});

describe('a document without hovers', () => {
  it('still has predictions for who asks', () => {
    editor.settings.set('masklab.hover.enabled', false);
    expect(isPredictedIn(document)).toBe(true);
    expect(isAssistedIn(document)).toBe(true);
  });
});

describe('Restricted Mode', () => {
  it('has hovers of a document, and neither fills nor suggestions', () => {
    expect(isAssistedIn(document)).toBe(true);
    editor.isTrusted = false;
    expect(isAssistedIn(document)).toBe(false);
    expect(isPredictedIn(document)).toBe(true);
  });
});
