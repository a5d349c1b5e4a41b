import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { ExplanationController } from '../../../../src/host/predictions/explain/explanationController.js';
import type { HoverDependencies } from '../../../../src/host/predictions/hoverProvider.js';
import { EventEmitter, oneLine, Range } from '../../../support/fakeVscode.js';

const { edited } = vi.hoisted(() => ({ edited: [] as ((change: unknown) => void)[] }));
vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.js');
  const never = new fake.EventEmitter<never>().event;
  return {
    ...fake,
    ThemeColor: class {
      readonly id = '';
    },
    DecorationRangeBehavior: { ClosedClosed: 1 },
    OverviewRulerLane: { Right: 4 },
    workspace: {
      onDidChangeTextDocument: (listener: (change: unknown) => void) => {
        edited.push(listener);
        return { dispose: () => undefined };
      },
      onDidCloseTextDocument: never,
    },
    window: {
      createTextEditorDecorationType: () => ({ dispose: () => undefined }),
      onDidChangeVisibleTextEditors: never,
      visibleTextEditors: [],
    },
  };
});

describe('an explanation that is computed', () => {
  it.each([
    ['above it', 0],
    ['below it', 9],
  ])('is given up at an edit %s, since its context is not known yet', async (_, line) => {
    const models = new EventEmitter<'model'>();
    const answers: ((folder: { folder: string; name: string }) => void)[] = [];
    const controller = new ExplanationController({
      modelClient: {},
      modelSelection: {
        current: () => new Promise((resolve) => answers.push(resolve)),
        onDidChange: models.event,
      },
    } as unknown as HoverDependencies);
    const document = oneLine('The ship went to sea.') as unknown as vscode.TextDocument;
    const range = new Range(5, 4, 5, 8) as unknown as vscode.Range;
    const editor = { document } as vscode.TextEditor;
    const asked = controller.toggle({ editor, range, word: undefined });
    const { abort } = controller.pending as unknown as { abort: AbortController };
    const place = new Range(line, 0, line, 0);
    edited.at(-1)!({ document, contentChanges: [{ range: place, text: '\n' }] });
    expect(controller.pending).toBeNull();
    expect(abort.signal.aborted).toBe(true);
    answers[0]!({ folder: '/model', name: 'model' });
    await asked.catch(() => undefined);
    expect(controller.shown).toBeNull();
    controller.dispose();
  });
});
