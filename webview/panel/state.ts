import type { LogRow, MetricsRow, SampleRow } from '../../src/core/runs/schema.js';
import type { RunView } from '../../src/protocol/runPanelMessages.js';
import { Curves } from './metricCurves.js';

/** Everything the panel draws. `curves` is extended in place; all else is replaced. */
export interface PanelModel {
  readonly run: RunView | null;
  readonly curves: Curves;
  readonly train: MetricsRow | null;
  readonly heldOutBefore: MetricsRow | null;
  readonly heldOut: MetricsRow | null;
  /** Newest last, at most `LOG_ROWS`. */
  readonly log: readonly LogRow[];
  readonly firstSamples: SampleRow | null;
  readonly latestSamples: SampleRow | null;
}

export const LOG_ROWS = 300;

export function emptyModel(): PanelModel {
  return {
    run: null,
    curves: new Curves(),
    train: null,
    heldOutBefore: null,
    heldOut: null,
    log: [],
    firstSamples: null,
    latestSamples: null,
  };
}

export type PanelEvent =
  | { readonly kind: 'run'; readonly run: RunView }
  | { readonly kind: 'reset' }
  | { readonly kind: 'metrics'; readonly rows: readonly MetricsRow[] }
  | { readonly kind: 'log'; readonly rows: readonly LogRow[] }
  | { readonly kind: 'samples'; readonly rows: readonly SampleRow[] };

/** Applies what the host sent; costs as much as the event is long, however long the run. */
export function reduce(model: PanelModel, event: PanelEvent): PanelModel {
  switch (event.kind) {
    case 'run':
      return { ...model, run: event.run };
    case 'reset':
      return { ...emptyModel(), run: model.run };
    case 'metrics': {
      let { train, heldOut, heldOutBefore } = model;
      for (const row of event.rows) {
        model.curves.push(row);
        if (row.split === 'train') {
          train = row;
        } else if (row.split === 'heldOut') {
          heldOutBefore ??= row;
          heldOut = row;
        }
      }
      return { ...model, train, heldOut, heldOutBefore };
    }
    case 'log':
      return { ...model, log: [...model.log, ...event.rows].slice(-LOG_ROWS) };
    case 'samples':
      return {
        ...model,
        firstSamples: model.firstSamples ?? event.rows[0] ?? null,
        latestSamples: event.rows.at(-1) ?? model.latestSamples,
      };
  }
}
