import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { cancelled, toAppErrorData } from '../../../src/core/errors.js';
import type { FollowOptions } from '../../../src/protocol/channel.js';
import { generateText } from '../../../src/host/predictions/generateText.js';
import type { HoverDependencies } from '../../../src/host/predictions/hoverProvider.js';
import { editor, oneLine, Position, window } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Request {
  readonly text: string;
  readonly starts: readonly number[];
  readonly neverSuggest: readonly string[];
}

/** Writes at the bar in a line, with a server that writes the same words everywhere. */
async function written(
  line: string,
  words: readonly string[],
  { unread = null, isCancelled = false }: { unread?: object | null; isCancelled?: boolean } = {},
) {
  const at = new Position(0, line.indexOf('|'));
  const selection = { active: Object.assign(at, { isEqual: (other: Position) => other === at }) };
  Object.assign(window, {
    activeTextEditor: { document: oneLine(line.replace('|', '')), selection },
    showInputBox: () => Promise.resolve(String(words.length)),
  });
  const requests: Request[] = [];
  const answers = {
    describeModel: () => ({ kind: 'masked-lm', maskToken: '<mask>' }),
    maskPredict: (request: Request) => {
      requests.push(request);
      return { found: unread === null ? [{ words, score: 0 }] : [], unread };
    },
  };
  const progress: string[] = [];
  Object.assign(window, {
    withProgress: (
      options: object,
      run: (
        progress: { report(step: { message: string }): void },
        token: { onCancellationRequested(listener: () => void): void },
      ) => Promise<unknown>,
    ) => {
      expect(options).toMatchObject({ cancellable: true });
      return run(
        { report: ({ message }) => progress.push(message) },
        {
          onCancellationRequested: (cancel) => {
            if (isCancelled) cancel();
          },
        },
      );
    },
  });
  const deps = {
    modelClient: {
      call: (name: keyof typeof answers, request: never) => Promise.resolve(answers[name](request)),
      follow: async (
        name: keyof typeof answers,
        request: never,
        { signal, onProgress }: FollowOptions<{ done: number; total: number }>,
      ) => {
        onProgress({ done: 3, total: 10 });
        if (isCancelled) {
          await vi.waitUntil(() => signal!.aborted, { timeout: 5000 });
          throw cancelled();
        }
        return answers[name](request);
      },
    },
    modelSelection: { current: () => Promise.resolve({ folder: '/m', name: 'small' }) },
  } as unknown as HoverDependencies;
  const shown: string[] = [];
  const outcome = await generateText(deps, (_editor: vscode.TextEditor, texts) => {
    shown.push(...texts);
    return Promise.resolve();
  }).then(
    () => 'done',
    (thrown: unknown) => toAppErrorData(thrown).code,
  );
  return { shown, outcome, progress, request: requests[0]! };
}

describe('generated text', () => {
  it('has spaces between words and before them', async () => {
    const { shown, request } = await written('we saw the| again', ['old', 'ship']);
    expect(shown).toEqual([' old ship']);
    expect(request.text).toBe('we saw the <mask> <mask> again');
    expect(request.starts).toEqual([11, 18]);
  });

  it('has none in Chinese and Japanese', async () => {
    const { shown, request } = await written('我们|去学校', ['今天', '一起']);
    expect(shown).toEqual(['今天一起']);
    expect(request.text).toBe('我们<mask><mask>去学校');
    expect(request.starts).toEqual([2, 8]);
  });

  it('writes the pronoun of uncased models with a capital letter in English', async () => {
    expect((await written('the ship that|', ['i', 'saw'])).shown).toEqual([' I saw']);
    expect((await written('la nave e|', ['i', 'porti'])).shown).toEqual([' i porti']);
  });

  it('leaves out words that are never suggested', async () => {
    editor.settings.set('masklab.hover.neverSuggest', ['Sea']);
    try {
      expect((await written('the |', ['ship'])).request.neverSuggest).toEqual(['sea']);
    } finally {
      editor.settings.clear();
    }
  });

  it('shows how far it is, and is none once cancelled', async () => {
    const { shown, outcome, progress } = await written('the |', ['ship'], { isCancelled: true });
    expect(progress).toEqual(['3 of 10']);
    expect(outcome).toBe('Cancelled');
    expect(shown).toEqual([]);
  });

  it('is none in a script that the model never read, and says so as hovers do', async () => {
    editor.messages.length = 0;
    const { shown } = await written('我们|', ['a'], {
      unread: { script: 'Han', language: null },
    });
    expect(shown).toEqual([]);
    expect(editor.messages).toEqual([
      expect.stringContaining(
        'small never read text in this script (Han), so it predicts nothing here.',
      ),
    ]);
  });
});
