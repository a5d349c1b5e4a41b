import type { CompareView } from '../../src/core/experiments/compare/compareView.js';

/** Part of a view that curves share: the range of x that they show, and the pinned cursor. */
export type SharedFocus = Pick<CompareView['curves'], 'zoom' | 'cursor'>;

/** The cursor and the zoom that all curves of the page share; a person can pin the cursor. */
export class CurveFocus {
  private readonly listeners: ((focus: CurveFocus) => void)[] = [];
  private at: number | null = null;
  private shared: SharedFocus = { zoom: null, cursor: null };

  /** `onDidChange` is called with what the person zoomed to and pinned. */
  constructor(private readonly onDidChange: (focus: SharedFocus) => void) {}

  get x(): number | null {
    return this.shared.cursor ?? this.at;
  }

  get pinned(): number | null {
    return this.shared.cursor;
  }

  get zoom(): SharedFocus['zoom'] {
    return this.shared.zoom;
  }

  add(listener: (focus: CurveFocus) => void): void {
    this.listeners.push(listener);
  }

  /** Shows the focus of a view. */
  show({ zoom, cursor }: SharedFocus): void {
    this.shared = { zoom, cursor };
  }

  move(x: number | null): void {
    if (x === this.at) return;
    this.at = x;
    if (this.pinned === null) this.tell();
  }

  togglePin(x: number | null): void {
    this.change({ cursor: this.pinned === null ? x : null });
  }

  setZoom(zoom: SharedFocus['zoom']): void {
    this.change({ zoom });
  }

  /** Scales the range of x around the cursor, or the middle; all of `full` at most. */
  zoomBy(factor: number, full: NonNullable<SharedFocus['zoom']>): void {
    const { low, high } = this.zoom ?? full;
    const center = this.x !== null && this.x >= low && this.x <= high ? this.x : (low + high) / 2;
    const zoom = {
      low: Math.max(full.low, center - (center - low) * factor),
      high: Math.min(full.high, center + (high - center) * factor),
    };
    if (zoom.high > zoom.low) {
      const isAll = zoom.low === full.low && zoom.high === full.high;
      this.setZoom(isAll ? null : zoom);
    }
  }

  /** Shows everything, with a cursor that moves. */
  reset(): void {
    this.change({ zoom: null, cursor: null });
  }

  unpin(): void {
    if (this.pinned !== null) this.change({ cursor: null });
  }

  private change(changes: Partial<SharedFocus>): void {
    this.shared = { ...this.shared, ...changes };
    this.tell();
    this.onDidChange(this.shared);
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this);
  }
}
