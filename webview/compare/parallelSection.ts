import * as l10n from '@vscode/l10n';
import {
  axisIndexAt,
  axisX,
  isAtAxisName,
  parallelScene,
  placeAtY,
  type ParallelAxis,
} from '../../src/core/charts/valueScenes.js';
import { METRIC_AXIS } from '../../src/core/experiments/compare/comparedGroups.js';
import type { Brush } from '../../src/core/experiments/compare/compareView.js';
import {
  axisOf,
  numberAtPlace,
  orderedAxes,
  placeOnAxis,
  trialsOf,
  valueOnAxis,
  varyingParameters,
  withAxisAt,
  type Trial,
  type ValueAxis,
} from '../../src/core/experiments/compare/relations.js';
import { h, setAttribute } from '../shared/dom.js';
import { iconButton, keepingFocus } from '../shared/menuButton.js';
import { axisLabel, axisText, axisTicks } from './axisTexts.js';
import type { SaveChart } from '../shared/chartTools.js';
import type { CompareContext } from './compareState.js';
import { SceneFigure } from '../shared/sceneFigure.js';

/** Pixels around an axis in which a drag brushes it. */
const REACH = 24;
/** Shorter drags are clicks, which remove the brush. */
const LEAST_DRAG = 5;

/** Parallel coordinates, whose axes can be moved; a brush on an axis filters everything on the page. */
export class ParallelSection {
  readonly element: HTMLElement;
  private readonly figure: SceneFigure;
  private readonly filters = h('div', { class: 'filters' });
  private context: CompareContext | null = null;
  private axes: readonly ValueAxis[] = [];

  constructor(save: SaveChart) {
    this.figure = new SceneFigure(l10n.t('Parameters and metric'), { save, testId: 'parallel' });
    const byKeyboard = h(
      'details',
      { class: 'chart-table', 'data-testid': 'filters' },
      h('summary', {}, l10n.t('Filter by values and order axes')),
      this.filters,
    );
    this.element = h(
      'div',
      {},
      this.figure.element,
      h(
        'p',
        { class: 'section-note' },
        l10n.t(
          'Drag along an axis to filter the whole page; click the axis to remove the filter. Drag the name of an axis to move it.',
        ),
      ),
      byKeyboard,
    );
    this.figure.stage.addEventListener('pointerdown', (event) => {
      this.beginDrag(event);
    });
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { state, model } = context;
    const parameters = varyingParameters(model);
    const trials = trialsOf(model, state.view, state.heldOut);
    this.element.hidden = parameters.length === 0 || trials.length < 2;
    if (this.element.hidden) return;
    this.axes = orderedAxes(parameters, state.view).map((id) => axisOf(trials, id));
    this.figure.draw({
      scene: parallelScene(
        this.axes.map((axis) => this.sceneAxis(axis, context)),
        trials.map((trial) => ({
          datum: trial.group.key,
          title: this.lineText(trial, context),
          tone: trial.group.color,
          isDashed: trial.group.sameColorBefore > 0,
          isFaint: !trial.group.isSelected,
          places: this.axes.map((axis) => placeOnAxis(axis, valueOnAxis(trial, axis.id))),
        })),
        l10n.t(
          '{0} groups over {1} parameters and {2}; {3} pass the filter',
          trials.length,
          parameters.length,
          axisLabel(METRIC_AXIS, model),
          trials.filter(({ group }) => group.isSelected).length,
        ),
      ),
      data: trials.map((trial) => ({
        datum: trial.group.key,
        text: this.lineText(trial, context),
      })),
      table: () => ({
        head: [l10n.t('Group'), ...this.axes.map(({ id }) => axisLabel(id, model))],
        rows: trials.map((trial) => [
          trial.group.name,
          ...this.axes.map(({ id }) => axisText(id, valueOnAxis(trial, id), model)),
        ]),
      }),
    });
    keepingFocus(this.filters, () => {
      this.filters.replaceChildren(
        ...this.axes.map((axis, place) =>
          h(
            'div',
            { class: 'axis-field' },
            this.filterField(axis, context),
            ...this.moveButtons(axis.id, place, context),
          ),
        ),
      );
    });
  }

  private lineText(trial: Trial, { model }: CompareContext): string {
    const values = this.axes.map(
      ({ id }) => `${axisLabel(id, model)} ${axisText(id, valueOnAxis(trial, id), model)}`,
    );
    return `${trial.group.name}: ${values.join(', ')}`;
  }

  private sceneAxis(axis: ValueAxis, { state, model }: CompareContext): ParallelAxis {
    const brush = state.view.brushes.find(({ axis: id }) => id === axis.id);
    return {
      id: axis.id,
      label: axisLabel(axis.id, model),
      ticks: axisTicks(axis, model, 4),
      brush: brush === undefined ? null : placesOf(axis, brush),
    };
  }

  /** Brushing by keyboard: limits of numbers, or the texts that pass. */
  private filterField(axis: ValueAxis, { state, model }: CompareContext): HTMLElement {
    const { id, scale } = axis;
    const label = axisLabel(id, model);
    const brush = state.view.brushes.find((one) => one.axis === id);
    if (scale.kind === 'text') {
      const chosen = brush !== undefined && 'values' in brush ? brush.values : scale.values;
      const boxes = scale.values.map((value) => {
        const box = h('input', {
          ...{ type: 'checkbox', checked: chosen.includes(value) },
          'data-focus': `${id} ${value}`,
        });
        box.addEventListener('change', () => {
          const values = scale.values.filter((one) =>
            one === value ? box.checked : chosen.includes(one),
          );
          this.setBrush(id, values.length === scale.values.length ? null : { axis: id, values });
        });
        return h('label', { class: 'check' }, box, ` ${value}`);
      });
      return h('fieldset', {}, h('legend', {}, label), ...boxes);
    }
    const range = brush !== undefined && 'low' in brush ? brush : scale;
    const field = (edge: 'low' | 'high', name: string): HTMLElement => {
      const input = h('input', {
        ...{
          type: 'number',
          step: 'any',
          class: 'step',
          value: Number(range[edge].toPrecision(5)),
        },
        ...{ 'aria-label': name, 'data-focus': `${id} ${edge}` },
      });
      input.addEventListener('change', () => {
        const value = input.valueAsNumber;
        if (!Number.isFinite(value)) return;
        const low = edge === 'low' ? value : range.low;
        const high = edge === 'high' ? value : range.high;
        const isAll = low <= scale.low && high >= scale.high;
        this.setBrush(id, isAll ? null : { axis: id, low, high });
      });
      return input;
    };
    return h(
      'fieldset',
      {},
      h('legend', {}, label),
      field('low', l10n.t('Lowest {0}', label)),
      ' – ',
      field('high', l10n.t('Highest {0}', label)),
    );
  }

  /** Moving an axis by keyboard. */
  private moveButtons(axis: string, place: number, { model }: CompareContext): HTMLElement[] {
    const label = axisLabel(axis, model);
    const last = this.axes.length - 1;
    const button = (icon: string, text: string, by: -1 | 1): HTMLElement => {
      const isAtEnd = place + by < 0 || place + by > last;
      const made = iconButton({
        ...{ icon, label: text, focusKey: `${axis} ${by}` },
        run: () => {
          if (!isAtEnd) this.moveAxis(axis, place + by);
        },
      });
      // A disabled button would lose the focus at the end of the way.
      setAttribute(made, 'aria-disabled', isAtEnd ? 'true' : null);
      return made;
    };
    return [
      button('arrow-left', l10n.t('Move {0} Left', label), -1),
      button('arrow-right', l10n.t('Move {0} Right', label), 1),
    ];
  }

  private moveAxis(axis: string, place: number): void {
    const axes = withAxisAt(
      this.axes.map(({ id }) => id),
      axis,
      place,
    );
    this.context?.change({ axes });
  }

  private setBrush(axis: string, brush: Brush | null): void {
    const { context } = this;
    if (context === null) return;
    const others = context.state.view.brushes.filter((one) => one.axis !== axis);
    context.change({ brushes: brush === null ? others : [...others, brush] });
  }

  private beginDrag(event: PointerEvent): void {
    const svg = this.figure.stage.querySelector('svg');
    if (svg === null) return;
    const box = svg.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (isAtAxisName(event.clientY - box.top)) {
      this.beginMove(this.axes[axisIndexAt(x, this.axes.length)]!.id);
      event.preventDefault();
      return;
    }
    const axis = this.axes.find((_, i) => Math.abs(axisX(i, this.axes.length) - x) < REACH);
    if (axis === undefined) return;
    const from = event.clientY - box.top;
    const onUp = (end: PointerEvent): void => {
      const to = end.clientY - box.top;
      if (Math.abs(to - from) < LEAST_DRAG) this.setBrush(axis.id, null);
      else this.setBrush(axis.id, brushOf(axis, placeAtY(from), placeAtY(to)));
    };
    window.addEventListener('pointerup', onUp, { once: true });
    event.preventDefault();
  }

  /** Moves an axis along with the pointer until it is released. */
  private beginMove(axis: string): void {
    const { stage } = this.figure;
    const onMove = ({ clientX }: PointerEvent): void => {
      // The image is drawn again on each move, so its place is read again too.
      const box = stage.querySelector('svg')?.getBoundingClientRect();
      if (box === undefined) return;
      const place = axisIndexAt(clientX - box.left, this.axes.length);
      if (this.axes[place]?.id !== axis) this.moveAxis(axis, place);
    };
    const onEnd = (): void => {
      stage.classList.remove('moving');
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onEnd);
      window.removeEventListener('pointercancel', onEnd);
    };
    stage.classList.add('moving');
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onEnd);
    window.addEventListener('pointercancel', onEnd);
  }
}

/** Values between two places of an axis. */
function brushOf(axis: ValueAxis, from: number, to: number): Brush {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const { id, scale } = axis;
  if (scale.kind === 'number') {
    return { axis: id, low: numberAtPlace(scale, low), high: numberAtPlace(scale, high) };
  }
  const values = scale.values.filter((value) => {
    const place = placeOnAxis(axis, value)!;
    return place >= low && place <= high;
  });
  return { axis: id, values };
}

/** Places between which a brush is drawn. */
function placesOf(axis: ValueAxis, brush: Brush): readonly [number, number] | null {
  const within = (place: number | null): number => Math.min(1, Math.max(0, place ?? 0));
  if ('low' in brush) {
    return [within(placeOnAxis(axis, brush.low)), within(placeOnAxis(axis, brush.high))];
  }
  const places = brush.values.flatMap((value) => placeOnAxis(axis, value) ?? []);
  return places.length === 0 ? null : [Math.min(...places), Math.max(...places)];
}
