import { beforeEach, expect, it, vi } from 'vitest';
import { pickOne } from '../../../src/host/platform/question.js';
import { EventEmitter } from '../../support/fakeVscode.js';

interface Item {
  readonly label: string;
  readonly kind?: number;
}

/** A quick pick as the editor holds it, with keys that a test presses. */
function fakePick() {
  const accepted = new EventEmitter<void>();
  const hidden = new EventEmitter<void>();
  return {
    items: [] as readonly Item[],
    activeItems: [] as readonly Item[],
    selectedItems: [] as readonly Item[],
    value: '',
    busy: false,
    onDidChangeActive: new EventEmitter<void>().event,
    onDidTriggerButton: new EventEmitter<void>().event,
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    show: () => undefined,
    hide: () => {
      hidden.fire();
    },
    dispose: () => undefined,
    pressEnter: () => {
      accepted.fire();
    },
  };
}

let pick = fakePick();
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  QuickInputButtons: { Back: {} },
  QuickPickItemKind: { Separator: -1, Default: 0 },
  window: { createQuickPick: () => pick },
}));

beforeEach(() => {
  pick = fakePick();
});

const first = { label: 'first' };
const second = { label: 'second' };
const ask = { title: 'Question', placeHolder: '', items: [{ label: '', kind: -1 }, first, second] };

it('Enter before the editor has filled the list accepts what Enter would accept then', async () => {
  const question = pickOne<Item>({ ...ask });
  pick.pressEnter();
  expect(await question).toBe(first);
});

it('Enter before the editor has filled the list accepts the answer of the last time', async () => {
  const question = pickOne<Item>({ ...ask, active: second });
  pick.activeItems = [];
  pick.pressEnter();
  expect(await question).toBe(second);
});

it('Enter on words that no item has keeps the question open', async () => {
  const question = pickOne<Item>({ ...ask });
  pick.activeItems = [];
  pick.value = 'no such item';
  pick.pressEnter();
  pick.hide();
  expect(await question).toBeNull();
});
