import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { LabelPrediction } from '../../src/core/predict/labelPrediction.js';
import { isUsable } from '../../src/core/runs/status.js';
import { h, setText } from '../shared/dom.js';
import { formatFraction, formatProbability } from '../shared/pageNumbers.js';
import type { PanelModel } from './state.js';

/** A text, or a pair of texts. */
interface Texts {
  readonly text: string;
  readonly pair: string | null;
}

/** Predicts with the model of the run that is shown. */
export type Classify = (texts: Texts) => Promise<LabelPrediction>;

/** A box for trying the trained classifier on any text, or two boxes for a pair of texts. */
export class TryIt {
  readonly element: HTMLElement;
  private readonly text = textBox('try-text');
  private readonly pair = textBox('try-pair');
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
    for (const box of [this.text, this.pair]) {
      box.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        this.predict();
      });
    }
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'try-it' },
      h('h2', { id: 'try-heading' }, l10n.t('Try It')),
      h('div', { class: 'try-row' }, this.text, this.pair, this.button),
      this.result,
    );
    this.element.hidden = true;
  }

  draw({ run }: PanelModel): void {
    this.element.hidden = run === null || run.setup === null || run.fillsMasks || !isUsable(run);
    const isPair = run?.readsPairs === true;
    this.pair.hidden = !isPair;
    const placeholder = isPair
      ? l10n.t('Type or paste the first text')
      : l10n.t('Type or paste a text');
    label(this.text, placeholder);
    label(this.pair, l10n.t('Type or paste the second text'));
  }

  private predict(): void {
    const text = this.text.value.trim();
    const pair = this.pair.hidden ? null : this.pair.value.trim();
    if (text === '' || pair === '') return;
    const request = ++this.requests;
    this.button.disabled = true;
    this.classify({ text, pair })
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

function textBox(testId: string): HTMLTextAreaElement {
  return h('textarea', { rows: 3, maxlength: 100_000, 'data-testid': testId });
}

/** Names a box, for those who see its placeholder and those who hear it. */
function label(box: HTMLTextAreaElement, text: string): void {
  if (box.placeholder === text) return;
  box.placeholder = text;
  box.setAttribute('aria-label', text);
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
