import { beforeEach, describe, expect, it, vi } from 'vitest';
import { replaceWord } from '../../../src/host/predictions/replaceWord.js';
import { editor, oneLine } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const link = {
  uri: 'file:///text.txt',
  range: [0, 4, 0, 9],
  original: 'whale',
  replacement: 'ship',
};

beforeEach(() => {
  editor.document = oneLine('the whale and');
  editor.takesEdits = true;
  editor.messages = [];
});

describe('replaceWord', () => {
  it('is silent once the word is replaced', async () => {
    await replaceWord(link);
    expect(editor.messages).toEqual([]);
  });

  it('fails where the editor refuses the edit', async () => {
    editor.takesEdits = false;
    await expect(replaceWord(link)).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: { problem: { id: 'models.wordNotReplaced', args: { word: 'whale' } } },
      },
    });
  });

  it('says that the word is gone, and leaves what stands there', async () => {
    await replaceWord({ ...link, original: 'shark' });
    expect(editor.messages).toEqual([expect.stringContaining('shark')]);
  });
});
