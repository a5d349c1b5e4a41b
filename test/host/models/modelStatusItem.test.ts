import { describe, expect, it, vi } from 'vitest';
import { ModelStatusItem } from '../../../src/host/models/modelStatusItem.js';
import type { NamedModel } from '../../../src/host/models/modelSelection.js';
import { editor, oneLine, window } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

/** A selection whose models get their names when a test says so. */
function slowSelection() {
  const selection = {
    current: () => new Promise<NamedModel>((resolve) => naming.push(resolve)),
  };
  const naming: ((model: NamedModel) => void)[] = [];
  return { selection, naming };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));
const prose = { document: oneLine('prose') };
const code = { document: { ...oneLine('code'), languageId: 'json' } };

const itemOf = (selection: ReturnType<typeof slowSelection>['selection']) =>
  new ModelStatusItem(
    selection,
    { textOf: () => null },
    { note: () => null },
    ({ languageId }) => languageId === 'plaintext',
  );

describe('ModelStatusItem', () => {
  it('is not shown over an editor that became active while the name was looked up', async () => {
    const { selection, naming } = slowSelection();
    window.activeTextEditor = prose;
    const item = itemOf(selection);
    window.activeTextEditor = code;
    item.refresh();
    naming[1]!({ folder: 'a', name: 'first' });
    naming[0]!({ folder: 'a', name: 'first' });
    await settle();
    expect(editor.statusItem.isShown).toBe(false);
    item.dispose();
  });

  it('shows the model in use, though the name of an earlier one arrives last', async () => {
    const { selection, naming } = slowSelection();
    window.activeTextEditor = prose;
    const item = itemOf(selection);
    item.refresh();
    naming[1]!({ folder: 'b', name: 'second' });
    await settle();
    naming[0]!({ folder: 'a', name: 'first' });
    await settle();
    expect(editor.statusItem).toMatchObject({ text: '$(beaker) second', isShown: true });
    item.dispose();
  });

  it('shows a new name of the same model, though the old one arrives last', async () => {
    const { selection, naming } = slowSelection();
    window.activeTextEditor = prose;
    const item = itemOf(selection);
    item.refresh();
    naming[1]!({ folder: 'a', name: 'renamed' });
    naming[0]!({ folder: 'a', name: 'calm-otter' });
    await settle();
    expect(editor.statusItem).toMatchObject({ text: '$(beaker) renamed', isShown: true });
    item.dispose();
  });

  it('stays away once disposed', async () => {
    const { selection, naming } = slowSelection();
    window.activeTextEditor = prose;
    itemOf(selection).dispose();
    naming[0]!({ folder: 'a', name: 'first' });
    await settle();
    expect(editor.statusItem.isShown).toBe(false);
  });

  it('says in which form the model computes, once that is known', async () => {
    const { selection, naming } = slowSelection();
    let form: string | null = null;
    window.activeTextEditor = prose;
    const item = new ModelStatusItem(
      selection,
      { textOf: () => form },
      { note: () => 'Hovers follow a run.' },
      () => true,
    );
    naming[0]!({ folder: 'a', name: 'first' });
    await settle();
    expect(editor.statusItem.tooltip).toMatch(/another model\.\nHovers follow a run\.$/);
    form = 'It computes with 8-bit integers.';
    item.refresh();
    naming[1]!({ folder: 'a', name: 'first' });
    await settle();
    expect(editor.statusItem.tooltip).toMatch(
      /another model\.\nIt computes with 8-bit integers\.\nHovers/,
    );
    item.dispose();
  });
});
