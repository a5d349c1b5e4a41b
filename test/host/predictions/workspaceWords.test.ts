import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as fakeVscode from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));
const { WorkspaceWords } = await import('../../../src/host/predictions/workspaceWords.js');

const { editor, Uri } = fakeVscode;
const call = vi.fn();
const warn = vi.fn();

function createWords() {
  return new WorkspaceWords({ dataClient: { call } as never, log: { warn } });
}

describe('WorkspaceWords', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    editor.isTrusted = true;
    editor.settings.set('files.exclude', { '**/out': true, '**/in': false });
    editor.settings.set('search.exclude', { '**/vendor': true });
    vi.spyOn(fakeVscode.workspace, 'workspaceFolders', 'get').mockReturnValue([
      { uri: Uri.file('/work') },
    ] as never);
    call.mockReset().mockResolvedValue({ words: [{ word: 'jollyboat', count: 3 }] });
    warn.mockReset();
  });
  afterEach(() => {
    vi.useRealTimers();
    editor.settings.clear();
  });

  it('are listed in the background when they are first asked for', async () => {
    const words = createWords();
    expect(call).not.toHaveBeenCalled();
    expect(words.words).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(words.words).toEqual(['jollyboat']);
    expect(words.countOf('jollyboat')).toBe(3);
    expect(call).toHaveBeenCalledOnce();
    expect(call.mock.calls[0]![1]).toEqual({
      folders: [{ workspaceFolder: '/work', exclude: ['**/out', '**/vendor'] }],
    });
  });

  it('are listed again after a file has changed, at most twice a minute', async () => {
    const words = createWords();
    const before = words.words;
    await vi.advanceTimersByTimeAsync(0);
    const first = words.words;
    expect(first).not.toBe(before);
    editor.fileChanged.fire(undefined);
    expect(words.words).toBe(first);
    expect(call).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(words.words).toBe(first);
    await vi.advanceTimersByTimeAsync(0);
    expect(call).toHaveBeenCalledTimes(2);
    expect(words.words).toBe(first);
  });

  it('are not listed in Restricted Mode', async () => {
    editor.isTrusted = false;
    const words = createWords();
    expect(words.words).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(call).not.toHaveBeenCalled();
  });

  it('are none if they cannot be listed', async () => {
    call.mockRejectedValue(new Error('gone'));
    const words = createWords();
    expect(words.words).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(words.words).toEqual([]);
    expect(warn).toHaveBeenCalledOnce();
  });
});
