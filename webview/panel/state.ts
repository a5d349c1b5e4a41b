import {
  emptyHistory,
  extendHistory,
  type RunHistory,
  type RunRows,
} from '../../src/core/runs/runHistory.js';
import type { RunView } from '../../src/protocol/runPanelMessages.js';

/** Everything that the panel shows of one run. `curves` is extended in place; the rest is replaced. */
export interface PanelModel extends RunHistory {
  readonly run: RunView | null;
}

export function emptyModel(): PanelModel {
  return { run: null, ...emptyHistory() };
}

export type PanelEvent =
  | { readonly kind: 'run'; readonly run: RunView }
  | { readonly kind: 'history'; readonly history: RunHistory }
  | { readonly kind: 'rows'; readonly rows: RunRows };

/** Applies an event of the host. The cost depends on the event, not on the length of the run. */
export function reduce(model: PanelModel, event: PanelEvent): PanelModel {
  switch (event.kind) {
    case 'run':
      return { ...model, run: event.run };
    case 'history':
      return { run: model.run, ...event.history };
    case 'rows':
      return { run: model.run, ...extendHistory(model, event.rows) };
  }
}
