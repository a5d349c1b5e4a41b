import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RunPanels, type RunPanelsOptions } from '../../../../src/host/runs/panel/runPanels.js';
import { EventEmitter, Uri } from '../../../support/fakeVscode.js';

/** A panel of the editor, as far as `RunPanels` owns it. */
class FakePanel {
  private readonly disposed = new EventEmitter<undefined>();
  readonly onDidDispose = this.disposed.event;
  readonly webview = { options: {} };
  isOpen = true;
  dispose(): void {
    this.isOpen = false;
    this.disposed.fire(undefined);
  }
}

const { created } = vi.hoisted(() => ({ created: [] as { isOpen: boolean }[] }));
vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.js')),
  ViewColumn: { Active: -1 },
  window: {
    registerWebviewPanelSerializer: () => ({ dispose: () => undefined }),
    createWebviewPanel: () => {
      const panel = new FakePanel();
      created.push(panel);
      return panel;
    },
  },
}));
vi.mock('../../../../src/host/runs/panel/runPanel.js', () => ({
  RunPanel: class {
    constructor(private readonly options: { readonly panel: { dispose(): void } }) {}
    reveal(): void {
      return;
    }
    close(): void {
      this.options.panel.dispose();
    }
    dispose(): void {
      return;
    }
  },
}));

const directory = '/workspace/.masklab/runs/a';
beforeEach(() => {
  created.length = 0;
});

/** Panels over a store that lists its runs when a test says so. */
function panelsOf() {
  let listed = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    listed = resolve;
  });
  const runStore = {
    ready: () => ready,
    get: () => ({ name: 'a' }),
    onDidChange: new EventEmitter<never>().event,
  };
  const restoreOther = (_panel: unknown, state: unknown): boolean =>
    (state as { readonly launch?: unknown }).launch !== undefined;
  const options = { runStore, restoreOther, extensionUri: Uri.file('/extension') };
  return { panels: new RunPanels(options as unknown as RunPanelsOptions), listed };
}
type Panel = Parameters<RunPanels['deserializeWebviewPanel']>[0];
const restore = (
  panels: RunPanels,
  panel: FakePanel,
  state: unknown = { directory },
): Promise<void> => panels.deserializeWebviewPanel(panel as unknown as Panel, state);

describe('RunPanels', () => {
  it('keep one panel a run, where one is opened while another is being restored', async () => {
    const { panels, listed } = panelsOf();
    const restored = new FakePanel();
    const restoring = restore(panels, restored);
    panels.open(directory);
    listed();
    await restoring;
    expect(created.map(({ isOpen }) => isOpen)).toEqual([true]);
    expect(restored.isOpen).toBe(false);
    panels.open(directory);
    expect(created).toHaveLength(1);
  });

  it('keep one panel a run, where two are restored', async () => {
    const { panels, listed } = panelsOf();
    const both = [new FakePanel(), new FakePanel()];
    const restoring = both.map((panel) => restore(panels, panel));
    listed();
    await Promise.all(restoring);
    expect(both.map(({ isOpen }) => isOpen)).toEqual([true, false]);
  });

  it('leave panels that show no run yet to whoever prepared one in them', async () => {
    const { panels, listed } = panelsOf();
    listed();
    const panel = new FakePanel();
    await restore(panels, panel, { launch: {} });
    expect(panel.isOpen).toBe(true);
    panels.open(directory);
    expect(created).toHaveLength(1);
  });
});
