import * as l10n from '@vscode/l10n';
import type { CheckedForm, ExportComparison } from '../../src/core/runs/exportComparison.js';
import { isUsable } from '../../src/core/runs/status.js';
import { h, setText } from '../shared/dom.js';
import { METRICS } from '../shared/metricTexts.js';
import { formatBytes, formatFixed } from '../shared/pageNumbers.js';
import type { PanelModel } from './state.js';

/** Smallest difference that is shown. */
const LEAST = 0.001;

/** Comparison of a run's exports; `null` for a run without one. */
export type ReadExports = (run: string) => Promise<ExportComparison | null>;

/** Table of the ONNX exports of a run: size, time, metric, and the largest disagreement with float32. */
export class ExportTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly metricHeading = h('th', { scope: 'col' });
  private readonly body = h('tbody');
  /** The run that is shown, while it has a model. */
  private run: string | null = null;
  /** Number of the latest request: the answer to an earlier one is not shown. */
  private requests = 0;

  constructor(
    private readonly read: ReadExports,
    private readonly onError: (thrown: unknown) => void,
  ) {
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'exports' },
      h('h2', { id: 'exports-heading' }, l10n.t('Exports on Held-Out Data'), ' ', this.caption),
      h(
        'table',
        { class: 'samples', 'aria-labelledby': 'exports-heading' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, l10n.t('Format')),
            h('th', { scope: 'col' }, l10n.t('Size')),
            h('th', { scope: 'col' }, l10n.t('Time per batch')),
            this.metricHeading,
            h('th', { scope: 'col' }, l10n.t('Largest disagreement')),
          ),
        ),
        this.body,
      ),
    );
    this.element.hidden = true;
  }

  draw({ run }: PanelModel): void {
    const shown = run !== null && isUsable(run) ? run.directory : null;
    if (shown === this.run) return;
    this.run = shown;
    this.element.hidden = true;
    if (shown !== null) this.refresh(shown);
  }

  /** Reads the comparison of a run again. */
  refresh(run: string): void {
    if (run !== this.run) return;
    const request = ++this.requests;
    this.read(run)
      .then((comparison) => {
        if (request !== this.requests) return;
        this.element.hidden = comparison === null;
        if (comparison !== null) this.show(comparison);
      })
      .catch(this.onError);
  }

  private show({ reference, forms, processor }: ExportComparison): void {
    setText(this.caption, l10n.t('ONNX, times on one thread of {0}', processor));
    setText(this.metricHeading, METRICS[reference.metric].label);
    this.body.replaceChildren(...[reference, ...forms].map(drawForm));
  }
}

function drawForm(form: CheckedForm): HTMLElement {
  const { bytes, milliseconds, metric, value, largestDisagreement: worst, exact } = form;
  const cell = (name: string, text: string): HTMLElement =>
    h('td', { class: 'number', 'data-label': name }, text);
  return h(
    'tr',
    { 'data-testid': 'export-row' },
    h(
      'td',
      {},
      nameOf(form),
      exact.length === 0
        ? null
        : h(
            'p',
            { class: 'file' },
            l10n.t('In float32, to stay within one point: {0}', exact.join(', ')),
          ),
    ),
    cell(l10n.t('Size'), formatBytes(bytes)),
    cell(l10n.t('Time per batch'), l10n.t('{0} ms', formatFixed(milliseconds, 1))),
    cell(METRICS[metric].label, METRICS[metric].format(value)),
    worst === null
      ? cell(l10n.t('Largest disagreement'), '–')
      : h(
          'td',
          { class: 'sentence', title: worst.text, 'data-label': l10n.t('Largest disagreement') },
          h('span', { class: 'number' }, formatDifference(worst.difference)),
          h('p', { class: 'answer-text file' }, worst.text),
        ),
  );
}

/** Differences that round to nothing are not shown as none. */
function formatDifference(value: number): string {
  return value < LEAST ? `<${formatFixed(LEAST, 3)}` : formatFixed(value, 3);
}

function nameOf({ precision, portable }: CheckedForm): string {
  if (portable) return l10n.t('8-bit, portable');
  const names = { float32: 'float32', float16: l10n.t('16-bit'), int8: l10n.t('8-bit') };
  return names[precision];
}
