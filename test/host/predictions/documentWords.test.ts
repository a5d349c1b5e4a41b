import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import * as fakeVscode from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));
const { DocumentWords } = await import('../../../src/host/predictions/documentWords.js');

const open: unknown[] = [];
const none = { words: [] };

function documentOf(text: string, languageId = 'plaintext'): vscode.TextDocument {
  const lines = text.split('\n');
  const document = {
    languageId,
    lineCount: lines.length,
    positionAt: (offset: number) => ({ offset }),
    getText: ({ end }: { end: { offset: number } }) => text.slice(0, end.offset),
  };
  open.push(document);
  return document as unknown as vscode.TextDocument;
}

describe('DocumentWords', () => {
  beforeEach(() => {
    open.length = 0;
    vi.spyOn(fakeVscode.workspace, 'textDocuments', 'get').mockReturnValue(open as never);
  });

  it('has the words of a document first, then those of other documents of its language', () => {
    const other = documentOf('harpoon captain');
    const own = documentOf('The captain saw it: a whale, x1, snake_case.');
    documentOf('function', 'typescript');
    const words = new DocumentWords(none);
    expect(words.of(own)).toEqual(['The', 'captain', 'saw', 'whale', 'harpoon']);
    expect(words.of(other)[0]).toBe('harpoon');
  });

  it('has the words of the workspace behind them, as soon as they are known', () => {
    const workspace = { words: [] as readonly string[] };
    const own = documentOf('harpoon captain');
    const words = new DocumentWords(workspace);
    expect(words.of(own)).toEqual(['harpoon', 'captain']);
    workspace.words = ['ambergris', 'captain'];
    expect(words.of(own)).toEqual(['harpoon', 'captain', 'ambergris']);
  });

  it('stays the same while one types, so that answers stay cached', () => {
    const words = new DocumentWords(none);
    const own = documentOf('whale');
    expect(words.of(own)).toBe(words.of(own));
  });

  it('is bounded, whatever a document holds', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const many = Array.from({ length: 9000 }, (_, i) =>
      [i % 26, Math.floor(i / 26) % 26, Math.floor(i / 676)].map((at) => letters[at]).join(''),
    );
    const own = documentOf(`${'x'.repeat(100_000)} ${many.join(' ')} ${'y'.repeat(41)}`);
    const found = new DocumentWords(none).of(own);
    expect(found).toHaveLength(5000);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(40);
  });
});
