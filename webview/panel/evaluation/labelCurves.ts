import * as l10n from '@vscode/l10n';
import { reliabilityScene, rocScene } from '../../../src/core/charts/shareScenes.js';
import type { LabelCurves } from '../../../src/core/runs/evaluationReport.js';
import type { SaveChart } from '../../shared/chartTools.js';
import { h } from '../../shared/dom.js';
import { formatFixed, formatShare, groupThousands } from '../../shared/pageNumbers.js';
import { joinParts, PAGE_WORDS } from '../../shared/pageWords.js';
import { SceneFigure, type FigureInput } from '../../shared/sceneFigure.js';

const tick = (share: number): string =>
  share.toLocaleString(PAGE_WORDS.locale, { style: 'percent', maximumFractionDigits: 0 });
const share3 = (value: number): string => formatFixed(value, 3);

/** Figure of the ROC curves. */
export function rocFigure(roc: LabelCurves['roc']): FigureInput {
  const lines = roc.map(({ label, auc, points }) => ({
    ...{ label, points },
    text: l10n.t('{0}: AUC {1}', label, share3(auc)),
  }));
  const [x, y] = [l10n.t('False positive rate'), l10n.t('True positive rate')];
  const summary = l10n.t('ROC curves. {0}', joinParts(lines.map(({ text }) => text)));
  return {
    scene: rocScene(lines, { summary, xLabel: x, yLabel: y, tick }),
    data: lines.map(({ label, text }) => ({ datum: label, text })),
    table: () => ({
      head: [l10n.t('Label'), x, y],
      rows: roc.flatMap(({ label, points }) =>
        points.map(([falsePositives, truePositives]) => [
          ...[label, share3(falsePositives), share3(truePositives)],
        ]),
      ),
    }),
  };
}

/** Figure of the reliability of probabilities. */
export function reliabilityFigure({
  bins,
  error,
}: NonNullable<LabelCurves['calibration']>): FigureInput {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const points = bins.flatMap(({ low, high, count, meanProbability, shareRight }) => {
    if (meanProbability === null || shareRight === null) return [];
    const title = l10n.t(
      'Probability {0} to {1}: {2} right, {3} on average, {4} predictions',
      ...[tick(low), tick(high), formatShare(shareRight), formatShare(meanProbability)],
      groupThousands(count),
    );
    return [{ datum: String(low), title, meanProbability, shareRight, weight: count / total }];
  });
  const summary = l10n.t(
    'Reliability of the probabilities. Expected calibration error: {0}.',
    formatShare(error),
  );
  const [x, y] = [l10n.t('Predicted probability'), l10n.t('Share that is right')];
  return {
    scene: reliabilityScene(points, { summary, xLabel: x, yLabel: y, tick }),
    data: points.map(({ datum, title }) => ({ datum, text: title })),
    table: () => ({
      head: [l10n.t('From'), l10n.t('To'), l10n.t('Predictions'), x, y],
      rows: bins.map(({ low, high, count, meanProbability, shareRight }) => [
        ...[tick(low), tick(high), groupThousands(count)],
        ...[meanProbability, shareRight].map((value) => (value === null ? '–' : share3(value))),
      ]),
    }),
  };
}

/** ROC curves and reliability of a model that predicts labels. */
export class LabelCurveFigures {
  readonly element: HTMLElement;
  private readonly roc: SceneFigure;
  private readonly reliability: SceneFigure;
  private readonly error = h('p', { class: 'section-note', 'data-testid': 'calibration-error' });

  constructor(save: SaveChart) {
    this.roc = new SceneFigure(l10n.t('ROC Curves'), { save, testId: 'roc' });
    this.reliability = new SceneFigure(l10n.t('Calibration'), { save, testId: 'reliability' });
    this.reliability.element.append(this.error);
    this.element = h(
      'div',
      { class: 'charts section' },
      this.roc.element,
      this.reliability.element,
    );
  }

  show(curves: LabelCurves | null): void {
    const calibration = curves?.calibration ?? null;
    const roc = curves?.roc ?? [];
    this.roc.element.hidden = roc.length === 0;
    if (roc.length > 0) this.roc.draw(rocFigure(roc));
    this.reliability.element.hidden = calibration === null;
    if (calibration !== null) {
      this.reliability.draw(reliabilityFigure(calibration));
      this.error.textContent = l10n.t(
        'Expected calibration error: {0}. Points on the diagonal are calibrated; larger points contain more predictions.',
        formatShare(calibration.error),
      );
    }
    this.element.hidden = roc.length === 0 && calibration === null;
  }
}
