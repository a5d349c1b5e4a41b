import type uPlot from 'uplot';

/** Left of the plot, where the cursor is not drawn. */
const OUT_OF_SIGHT = -10;

/** Value of x under the cursor; `null` if the cursor is not over the plot. */
export function cursorX(plot: uPlot | null): number | null {
  const left = plot?.cursor.left;
  return plot === null || left === undefined || left < 0 ? null : plot.posToVal(left, 'x');
}

/** Moves the cursor to a value of x without telling listeners; `null` hides it. */
export function moveCursor(plot: uPlot, x: number | null): void {
  const left = x === null ? OUT_OF_SIGHT : plot.valToPos(x, 'x');
  plot.setCursor({ left, top: x === null ? OUT_OF_SIGHT : 10 }, false);
}
