import type uPlot from 'uplot';
import type { CurveFocus } from './curveFocus.js';

/** Pixels that the pointer may move in a click; a longer way is a drag. */
const CLICK_REACH = 4;
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

/** Hooks of a plot by which its cursor and a drag over it move those of all charts. */
export function focusHooks(focus: CurveFocus): Pick<uPlot.Hooks.Arrays, 'setCursor' | 'setSelect'> {
  return {
    setCursor: [
      (plot) => {
        if (plot.cursor.event) focus.move(cursorX(plot));
      },
    ],
    setSelect: [
      (plot) => {
        const { left, width } = plot.select;
        if (width <= CLICK_REACH) return;
        const [low, high] = [left, left + width].map((at) => plot.posToVal(at, 'x'));
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        focus.setZoom({ low: low!, high: high! });
      },
    ],
  };
}

/** A click pins the cursor or frees it, and a double click shows all values again. */
export function pinByClick(host: HTMLElement, focus: CurveFocus, plot: () => uPlot | null): void {
  let pressedAt = 0;
  host.addEventListener('pointerdown', ({ clientX }) => {
    pressedAt = clientX;
  });
  host.addEventListener('click', ({ clientX }) => {
    if (Math.abs(clientX - pressedAt) <= CLICK_REACH) focus.togglePin(cursorX(plot()));
  });
  host.addEventListener('dblclick', () => {
    focus.setZoom(null);
  });
}
