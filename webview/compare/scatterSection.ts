import * as l10n from '@vscode/l10n';
import { scatterScene, type ScatterPoint } from '../../src/core/charts/valueScenes.js';
import { METRIC_AXIS } from '../../src/core/experiments/compare/comparedGroups.js';
import { LEAST_FOR_BAND } from '../../src/core/experiments/compare/groupCurve.js';
import {
  axisOf,
  placeOnAxis,
  trialsOf,
  valueOnAxis,
  varyingParameters,
  type Trial,
  type ValueAxis,
} from '../../src/core/experiments/compare/relations.js';
import { h } from '../shared/dom.js';
import { METRICS } from '../shared/metricTexts.js';
import { SelectField } from '../shared/selectField.js';
import { axisLabel, axisText, axisTicks } from './axisTexts.js';
import type { SaveChart } from '../shared/chartTools.js';
import type { CompareContext } from './compareState.js';
import { SceneFigure } from '../shared/sceneFigure.js';

/** The metric over one parameter: a dot per group with the interval of its mean. */
export class ScatterSection {
  readonly element: HTMLElement;
  private readonly figure: SceneFigure;
  private readonly parameter: SelectField<string>;
  private context: CompareContext | null = null;

  constructor(save: SaveChart) {
    this.figure = new SceneFigure(l10n.t('Metric by parameter'), { save, testId: 'scatter' });
    this.parameter = new SelectField({
      ...{ label: l10n.t('Parameter'), testId: 'scatter-parameter' },
      onDidChoose: (scatter: string) => {
        this.context?.change({ scatter });
      },
    });
    this.element = h('div', {}, this.parameter.element, this.figure.element);
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { state, model } = context;
    const parameters = varyingParameters(model);
    const trials = trialsOf(model, state.view, state.heldOut).filter(
      ({ estimate }) => estimate !== null,
    );
    const wanted = state.view.scatter;
    const parameter = wanted !== null && parameters.includes(wanted) ? wanted : parameters[0];
    this.element.hidden = parameter === undefined || trials.length === 0;
    if (parameter === undefined || trials.length === 0) return;
    this.parameter.draw(
      parameters.map((value) => ({ value, label: axisLabel(value, model) })),
      parameter,
    );
    this.figure.draw({
      scene: sceneOf(trials, parameter, context),
      data: trials.map((trial) => ({
        datum: trial.group.key,
        text: pointText(trial, parameter, context),
      })),
      table: () => ({
        head: [l10n.t('Group'), axisLabel(parameter, model), METRICS[model.metric].label],
        rows: trials.map((trial) => [
          trial.group.name,
          axisText(parameter, valueOnAxis(trial, parameter), model),
          axisText(METRIC_AXIS, valueOnAxis(trial, METRIC_AXIS), model),
        ]),
      }),
    });
  }
}

/** `lr 3e-5: mask 0.3, accuracy 54.2%` */
function pointText(trial: Trial, parameter: string, { model }: CompareContext): string {
  const x = axisText(parameter, valueOnAxis(trial, parameter), model);
  const y = axisText(METRIC_AXIS, valueOnAxis(trial, METRIC_AXIS), model);
  const [xLabel, yLabel] = [axisLabel(parameter, model), axisLabel(METRIC_AXIS, model)];
  return l10n.t('{0}: {1} {2}, {3} {4}', trial.group.name, xLabel, x, yLabel, y);
}

function sceneOf(
  trials: readonly Trial[],
  parameter: string,
  context: CompareContext,
): ReturnType<typeof scatterScene> {
  const { model } = context;
  const xAxis = axisOf(trials, parameter);
  const yAxis = rangeWithIntervals(trials);
  const points = trials.flatMap((trial): ScatterPoint[] => {
    const x = placeOnAxis(xAxis, valueOnAxis(trial, parameter));
    const y = placeOnAxis(yAxis, trial.estimate!.mean);
    if (x === null || y === null) return [];
    const { group, estimate } = trial;
    const interval = estimate!.n < LEAST_FOR_BAND ? null : estimate!.interval;
    return [
      {
        ...{ datum: group.key, title: pointText(trial, parameter, context), tone: group.color },
        ...{ isHollow: group.sameColorBefore > 0, isFaint: !group.isSelected, x, y },
        interval:
          interval === null
            ? null
            : [placeOnAxis(yAxis, interval.low)!, placeOnAxis(yAxis, interval.high)!],
      },
    ];
  });
  const [xLabel, yLabel] = [axisLabel(parameter, model), axisLabel(METRIC_AXIS, model)];
  const means = trials.map(({ estimate }) => estimate!.mean);
  return scatterScene(points, {
    ...{ xLabel, yLabel, xTicks: axisTicks(xAxis, model), yTicks: axisTicks(yAxis, model) },
    summary: l10n.t(
      '{0} of {1} groups by {2}, from {3} to {4}',
      yLabel,
      points.length,
      xLabel,
      axisText(METRIC_AXIS, Math.min(...means), model),
      axisText(METRIC_AXIS, Math.max(...means), model),
    ),
  });
}

/** Axis of the metric with room for the intervals. */
function rangeWithIntervals(trials: readonly Trial[]): ValueAxis {
  const values = trials.flatMap(({ estimate }) => {
    const { mean, interval, n } = estimate!;
    return interval === null || n < LEAST_FOR_BAND ? [mean] : [mean, interval.low, interval.high];
  });
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { id: METRIC_AXIS, scale: { kind: 'number', low, high, isLogarithmic: false } };
}
