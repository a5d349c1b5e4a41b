import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { AnswerController } from '../../../../src/host/predictions/answers/answerController.js';
import type { HoverDependencies } from '../../../../src/host/predictions/hoverProvider.js';
import { EventEmitter, oneLine } from '../../../support/fakeVscode.js';

const { pending } = vi.hoisted(() => ({ pending: [] as ((answers: unknown[]) => void)[] }));
vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.js');
  const never = new fake.EventEmitter<never>().event;
  return {
    ...fake,
    ThemeColor: class {
      readonly id = '';
    },
    DecorationRangeBehavior: { ClosedClosed: 1 },
    workspace: { onDidChangeTextDocument: never, onDidCloseTextDocument: never },
    window: {
      createTextEditorDecorationType: () => ({ dispose: () => undefined }),
      onDidChangeVisibleTextEditors: never,
      visibleTextEditors: [],
    },
  };
});
vi.mock('../../../../src/host/platform/followInNotification.js', () => ({
  followInNotification: () => new Promise((resolve) => pending.push(resolve)),
}));

describe('answer probabilities', () => {
  it('of an earlier request do not replace those of a later one, or of another model', async () => {
    const models = new EventEmitter<'model'>();
    const controller = new AnswerController({
      modelClient: {},
      modelSelection: {
        current: () => Promise.resolve({ folder: '/model', name: 'model' }),
        onDidChange: models.event,
      },
    } as unknown as HoverDependencies);
    const [first, second] = [oneLine('one'), oneLine('two')] as unknown as [
      vscode.TextDocument,
      vscode.TextDocument,
    ];
    const given = { text: '', questions: [] };
    const asked = controller.show(first, given);
    const later = controller.show(second, given);
    await expect.poll(() => pending.length).toBe(2);
    pending[1]!([]);
    await later;
    expect(controller.isShownIn(second)).toBe(true);
    pending[0]!([]);
    await asked;
    expect(controller.isShownIn(second)).toBe(true);

    const again = controller.show(first, given);
    await expect.poll(() => pending.length).toBe(3);
    models.fire('model');
    pending[2]!([]);
    await again;
    expect(controller.isShownIn(first)).toBe(false);
    controller.dispose();
  });
});
