import { afterEach, describe, expect, it, vi } from 'vitest';
import { cancelled, toAppErrorData } from '../../../src/core/errors.js';
import { fillAllMasks } from '../../../src/host/predictions/acceptFill.js';
import type { HoverDependencies } from '../../../src/host/predictions/hoverProvider.js';
import { editor, oneLine, window, workspace } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Applied {
  readonly edits: readonly (readonly unknown[])[];
}

afterEach(() => {
  vi.restoreAllMocks();
  editor.messages.length = 0;
});

/** Fills all masks of a line, with a server that fills every mask with the number of its request. */
function fillAll(
  text: string,
  {
    onRequest = () => Promise.resolve(),
  }: {
    readonly onRequest?: (
      count: number,
      document: ReturnType<typeof oneLine>,
      signal: AbortSignal,
    ) => Promise<void>;
  } = {},
) {
  const document = oneLine(text);
  const requests: { name: string; lane: string }[] = [];
  const progress: string[] = [];
  const applied: Applied[] = [];
  vi.spyOn(workspace, 'applyEdit').mockImplementation(((edit: Applied) => {
    applied.push(edit);
    return Promise.resolve(true);
  }) as never);
  const cancel: (() => void)[] = [];
  Object.assign(window, {
    activeTextEditor: { document },
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
        { onCancellationRequested: (listener) => cancel.push(listener) },
      );
    },
  });
  const answers = {
    describeModel: () => ({ kind: 'masked-lm', maskToken: '[MASK]' }),
    fillMasks: ({
      text: asked,
      within,
    }: {
      text: string;
      within: { start: number; end: number };
    }) => ({
      isUncased: false,
      masks: [...asked.matchAll(/\[MASK\]/g)]
        .filter(({ index }) => index >= within.start && index < within.end)
        .map(({ index }) => ({
          start: index,
          end: index + 6,
          ...{ candidates: [{ word: 'word', probability: 0.5, tokens: [1] }], targets: [] },
          ...{ lowConfidence: false, contextTokens: null, unread: null },
        })),
    }),
    fillJointly: ({ starts }: { starts: readonly number[] }) => ({
      fills: [{ words: starts.map((_, i) => `joint${i}`), order: [], probability: 0.1 }],
    }),
  };
  const deps = {
    modelClient: {
      call: async (name: keyof typeof answers, request: { lane: string }, signal: AbortSignal) => {
        requests.push({ name, lane: request.lane });
        await onRequest(requests.length, document, signal);
        if (signal.aborted) throw cancelled();
        return answers[name](request as never);
      },
    },
    modelSelection: { modelFolder: () => '/m' },
    documentWords: { of: () => [] },
  } as unknown as HoverDependencies;
  const done = fillAllMasks(deps);
  return { done, requests, progress, applied, cancel };
}

const SENTENCE = 'One [MASK] came. ';

describe('Fill All Masks', () => {
  it('asks for several masks in one request, below hovers', async () => {
    const { done, requests, applied } = fillAll(SENTENCE.repeat(40));
    await done;
    const fills = requests.filter(({ name }) => name === 'fillMasks');
    expect(fills).toHaveLength(3);
    expect(new Set(fills.map(({ lane }) => lane))).toEqual(new Set(['visible']));
    expect(applied.map(({ edits }) => edits.length)).toEqual([40]);
  });

  it('asks once for the masks of a sentence', async () => {
    const { done, requests, applied } = fillAll('A [MASK] and a ____ and a <mask> came.');
    await done;
    expect(requests.filter(({ name }) => name === 'fillJointly')).toHaveLength(1);
    expect(applied[0]!.edits.map(([, , word]) => word)).toEqual(['joint0', 'joint1', 'joint2']);
  });

  it('leaves blanks of questions with choices to the answers', async () => {
    const mixed = fillAll('A ____ (fox/dog) came. One [MASK] came.');
    await mixed.done;
    expect(mixed.applied[0]!.edits).toHaveLength(1);
    const question = fillAll('A ____ (fox/dog) came.');
    await question.done;
    expect([question.requests, question.applied]).toEqual([[], []]);
    expect(editor.messages).toEqual([expect.stringContaining('Show Answer Probabilities')]);
  });

  it('shows how far it is, and changes nothing once cancelled', async () => {
    const { done, progress, applied, cancel } = fillAll(SENTENCE.repeat(40), {
      onRequest: async (count, _document, signal) => {
        if (count < 3) return;
        // A slow server.
        await vi.waitUntil(() => signal.aborted, { timeout: 5000 });
      },
    });
    const outcome = done.then(
      () => 'done',
      (thrown: unknown) => toAppErrorData(thrown).code,
    );
    await vi.waitUntil(() => cancel.length > 0, { timeout: 5000 });
    expect(progress).toEqual(['16 of 40']);
    cancel[0]!();
    expect(await outcome).toBe('Cancelled');
    expect(applied).toEqual([]);
  });

  it('changes nothing in a document that was changed meanwhile, and says so', async () => {
    const { done, requests, applied } = fillAll(SENTENCE.repeat(40), {
      onRequest: (count, document) => {
        if (count === 2) document.version++;
        return Promise.resolve();
      },
    });
    await done;
    expect(applied).toEqual([]);
    expect(requests).toHaveLength(2);
    expect(editor.messages).toEqual([expect.stringContaining('no mask was filled')]);
  });
});
