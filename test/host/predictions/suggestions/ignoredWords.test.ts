import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { IgnoredWords } from '../../../../src/host/predictions/suggestions/ignoredWords.js';
import { Uri } from '../../../support/fakeVscode.js';

function createMemory(stored: unknown): vscode.Memento & { value: unknown } {
  const memory = {
    value: stored,
    get: () => memory.value,
    update: (_: string, value: unknown) => {
      memory.value = value;
      return Promise.resolve();
    },
  };
  return memory as unknown as vscode.Memento & { value: unknown };
}

const uri = (name: string): vscode.Uri => Uri.file(name) as unknown as vscode.Uri;

describe('IgnoredWords', () => {
  it('are remembered for one document', async () => {
    const memory = createMemory(undefined);
    await new IgnoredWords(memory).add(uri('/a.md'), 'Form');
    const words = new IgnoredWords(memory);
    expect(words.has(uri('/a.md'), 'form')).toBe(true);
    expect(words.has(uri('/b.md'), 'form')).toBe(false);
  });

  it('are not stored for files without a name', async () => {
    const memory = createMemory(undefined);
    const words = new IgnoredWords(memory);
    await words.add(uri('untitled:Untitled-1'), 'form');
    expect(words.has(uri('untitled:Untitled-1'), 'form')).toBe(true);
    expect(memory.value).toEqual({});
  });

  it('are bounded, and none if what is stored is damaged', async () => {
    const memory = createMemory({ '/a.md': 3 });
    const words = new IgnoredWords(memory);
    expect(words.has(uri('/a.md'), 'form')).toBe(false);
    for (let i = 0; i < 300; i++) await words.add(uri(`/${i}.md`), 'form');
    expect(Object.keys(memory.value as object)).toHaveLength(200);
    expect(words.has(uri('/299.md'), 'form')).toBe(true);
    expect(words.has(uri('/0.md'), 'form')).toBe(false);
  });
});
