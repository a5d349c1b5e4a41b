import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { LabelPrediction } from '../../src/core/predict/labelPrediction.js';
import { isUsable } from '../../src/core/runs/status.js';
import { h, setText } from '../shared/dom.js';
import { formatFraction, formatProbability } from '../shared/pageNumbers.js';
import type { PanelModel } from './state.js';

/** Predicts a text with the model of the run that is shown. */
export type Classify = (text: string) => Promise<LabelPrediction>;

/** A box for trying the trained classifier on any text. */
export class TryIt {
  readonly element: HTMLElement;
  private readonly text = h('textarea', {
    rows: 3,
    maxlength: 100_000,
    placeholder: l10n.t('Type or paste a text'),
    'aria-labelledby': 'try-heading',
    'data-testid': 'try-text',
  });
  private readonly button = h(
    'vscode-button',
    { icon: 'play', 'data-testid': 'try-button' },
    l10n.t('Predict'),
  );
  private readonly result = h('div', {
    class: 'try-result',
    'aria-live': 'polite',
    'data-testid': 'try-result',
  });
  /** Number of the latest request: the answer to an earlier one is not shown. */
  private requests = 0;

  constructor(
    private readonly classify: Classify,
    private readonly onError: (thrown: unknown) => void,
  ) {
    this.button.addEventListener('click', () => {
      this.predict();
    });
    this.text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.predict();
    });
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'try-it' },
      h('h2', { id: 'try-heading' }, l10n.t('Try It')),
      h('div', { class: 'try-row' }, this.text, this.button),
      this.result,
    );
    this.element.hidden = true;
  }

  draw({ run }: PanelModel): void {
    this.element.hidden = run === null || run.setup === null || run.fillsMasks || !isUsable(run);
  }

  private predict(): void {
    const text = this.text.value.trim();
    if (text === '') return;
    const request = ++this.requests;
    this.button.disabled = true;
    this.classify(text)
      .then(
        (prediction) => {
          if (request === this.requests) this.result.replaceChildren(drawPrediction(prediction));
        },
        (thrown: unknown) => {
          setText(this.result, '');
          this.onError(thrown);
        },
      )
      .finally(() => {
        this.button.disabled = false;
      })
      .catch(this.onError);
  }
}

function drawPrediction(prediction: LabelPrediction): HTMLElement {
  switch (prediction.kind) {
    case 'labels':
      return h(
        'ol',
        { class: 'try-labels' },
        ...prediction.probabilities.map(({ label, probability }) => {
          const isChosen = prediction.labels.includes(label);
          const bar = h('span', { class: 'bar' });
          bar.style.setProperty('--share', String(probability));
          return h(
            'li',
            isChosen ? { class: 'chosen', 'aria-current': 'true' } : {},
            bar,
            // Color and weight are never the only sign.
            h('span', { class: 'word' }, isChosen ? `✓ ${label}` : label),
            h('span', { class: 'number' }, formatProbability(probability)),
          );
        }),
      );
    case 'numbers':
      return h(
        'dl',
        { class: 'try-numbers' },
        ...Object.entries(prediction.numbers).flatMap(([name, value]) => [
          h('dt', {}, name),
          h('dd', { class: 'number' }, formatFraction(value, 4)),
        ]),
      );
    case 'tags':
      return h(
        'p',
        { class: 'try-tags' },
        ...prediction.words.map(({ word, tag }) =>
          h('span', { class: 'try-tag' }, word, h('span', { class: 'file' }, ` ${tag ?? '?'}`)),
        ),
      );
  }
}
