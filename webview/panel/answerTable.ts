import * as l10n from '@vscode/l10n';
import { groupThousands } from '../shared/pageNumbers.js';
import { answerText } from '../../src/core/runs/answerText.js';
import type { AnsweredText, SampleRow } from '../../src/core/runs/schema.js';
import { message } from '../../src/core/messages/message.js';
import { h, setText } from '../shared/dom.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

/** A held-out example with its label and the predictions before training and now. */
export interface AnswerView {
  readonly text: string;
  readonly place: string;
  readonly expected: string;
  readonly before: string;
  /** `null` until there is a second evaluation. */
  readonly now: string | null;
  readonly isRight: boolean;
}

/** Pairs the first predictions with the latest ones. */
export function collectAnswers(
  first: SampleRow | null,
  latest: SampleRow | null,
): readonly AnswerView[] {
  if (first === null) return [];
  const isLater = latest !== null && latest.step > first.step;
  return first.answered.map((sample, i): AnswerView => {
    const { expected, predicted, isRight } = answerText(sample, PAGE_WORDS);
    const now = isLater ? latest.answered[i] : undefined;
    const again = now === undefined ? null : answerText(now, PAGE_WORDS);
    return {
      text: wholeText(sample),
      place: say(message('place.row', { file: sample.file, row: sample.line })),
      expected,
      before: predicted,
      now: again?.predicted ?? null,
      isRight: again?.isRight ?? isRight,
    };
  });
}

function wholeText({ text, pair }: AnsweredText): string {
  return pair === null ? text : `${text} / ${pair}`;
}

/** Table of held-out examples with their labels and the predictions before training and now. */
export class AnswerTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly nowHeading = h('th', { scope: 'col' }, l10n.t('Now'));
  private readonly body = h('tbody');
  private drawn: [unknown, unknown] = [null, null];

  constructor() {
    this.element = h(
      'section',
      { class: 'section' },
      h('h2', { id: 'answers-heading' }, l10n.t('Predictions on Held-Out Data'), ' ', this.caption),
      h(
        'table',
        { class: 'samples', 'aria-labelledby': 'answers-heading' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, l10n.t('Text')),
            h('th', { scope: 'col' }, l10n.t('Label')),
            h('th', { scope: 'col' }, l10n.t('Before')),
            this.nowHeading,
          ),
        ),
        this.body,
      ),
    );
    this.element.hidden = true;
  }

  draw({ firstSamples, latestSamples }: PanelModel): void {
    if (this.drawn[0] === firstSamples && this.drawn[1] === latestSamples) return;
    this.drawn = [firstSamples, latestSamples];
    const answers = collectAnswers(firstSamples, latestSamples);
    this.element.hidden = answers.length === 0;
    const isLater = answers.some(({ now }) => now !== null);
    const step = latestSamples?.step ?? 0;
    setText(
      this.nowHeading,
      isLater ? l10n.t('Now, step {0}', groupThousands(step)) : l10n.t('Now'),
    );
    const right = answers.filter(({ isRight }) => isRight).length;
    setText(
      this.caption,
      l10n.t('{0} of {1} correct', groupThousands(right), groupThousands(answers.length)),
    );
    this.body.replaceChildren(...answers.map(drawAnswer));
  }
}

function drawAnswer({ text, place, expected, before, now, isRight }: AnswerView): HTMLElement {
  const verdict = now === null ? '' : isRight ? 'better' : 'worse';
  return h(
    'tr',
    { 'data-testid': 'answer' },
    h(
      'td',
      { class: 'sentence', title: text },
      h('p', { class: 'answer-text' }, text),
      h('span', { class: 'file' }, place),
    ),
    h('td', { 'data-label': l10n.t('Label'), 'data-testid': 'answer-expected' }, expected),
    h('td', { 'data-label': l10n.t('Before') }, before),
    h(
      'td',
      { 'data-label': l10n.t('Now'), 'data-testid': 'answer-now' },
      h('span', { class: `now ${verdict}` }, now ?? '–'),
      // Color is never the only sign.
      verdict === 'worse'
        ? h('span', { class: 'file' }, ' ', l10n.t('differs from the label'))
        : null,
    ),
  );
}
