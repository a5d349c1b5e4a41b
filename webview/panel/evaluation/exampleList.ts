import * as l10n from '@vscode/l10n';
import type { PickedExamples } from '../../../src/core/evaluation/pickExamples.js';
import { message } from '../../../src/core/messages/message.js';
import { h, setText } from '../../shared/dom.js';
import { formatLoss, groupThousands } from '../../shared/pageNumbers.js';
import { plural, say } from '../../shared/pageWords.js';

type Example = PickedExamples['examples'][number];

export interface ShownExamples {
  /** Examples that fit, of which the first are shown; `null` without scores of single examples. */
  readonly total: number | null;
  readonly examples: readonly Example[];
  /** Labels that a cell of the confusion matrix chose; `null` for all errors. */
  readonly cell: { readonly expected: string; readonly predicted: string } | null;
  /** Whether all examples are shown, not only wrong ones, as for numbers. */
  readonly hasNumbers: boolean;
}

/** The part of the examples that is shown, in a sentence. */
export function captionOf({ total, examples, cell, hasNumbers }: ShownExamples): string {
  if (total === null && cell !== null) {
    return l10n.t('This run did not record its examples.');
  }
  const count = total ?? examples.length;
  if (count === 0 && cell === null && !hasNumbers)
    return l10n.t('None: every prediction is right.');
  const counted =
    count > examples.length
      ? l10n.t('{0} of {1}', groupThousands(examples.length), groupThousands(count))
      : plural(count, l10n.t('{0} example', count), l10n.t('{0} examples', groupThousands(count)));
  return cell === null
    ? l10n.t('highest loss first, {0}', counted)
    : l10n.t('label {0}, prediction {1}: {2}', cell.expected, cell.predicted, counted);
}

export interface ExampleListOptions {
  readonly onDidOpen: (example: Pick<Example, 'file' | 'line'>) => void;
  readonly onDidReset: () => void;
}

/** Table of examples with their losses, whose places open the data. */
export class ExampleList {
  readonly element: HTMLElement;
  private readonly heading = h('span');
  private readonly caption = h('span', {
    class: 'section-note',
    'aria-live': 'polite',
    'data-testid': 'examples-caption',
  });
  private readonly body = h('tbody');
  private readonly table: HTMLElement;
  private readonly reset = h(
    'button',
    { type: 'button', class: 'link', 'data-testid': 'examples-reset' },
    l10n.t('Show All Errors'),
  );

  constructor(private readonly options: ExampleListOptions) {
    const headings = [l10n.t('Text'), l10n.t('Label'), l10n.t('Prediction'), l10n.t('Loss')];
    this.table = h(
      'table',
      { class: 'samples', 'aria-labelledby': 'examples-heading' },
      h('thead', {}, h('tr', {}, ...headings.map((name) => h('th', { scope: 'col' }, name)))),
      this.body,
    );
    this.reset.addEventListener('click', () => {
      options.onDidReset();
    });
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'examples' },
      h('h2', { id: 'examples-heading' }, this.heading, ' ', this.caption, this.reset),
      this.table,
    );
  }

  show(shown: ShownExamples): void {
    const { examples, cell, hasNumbers } = shown;
    setText(
      this.heading,
      cell !== null
        ? l10n.t('Examples')
        : hasNumbers
          ? l10n.t('Largest Errors')
          : l10n.t('Wrong Predictions'),
    );
    setText(this.caption, captionOf(shown));
    this.reset.hidden = cell === null;
    this.table.hidden = examples.length === 0;
    this.body.replaceChildren(...examples.map((example) => this.row(example)));
  }

  /** Scrolls the heading into view, and no further: the chosen cell keeps the focus. */
  reveal(): void {
    this.caption.scrollIntoView({ block: 'nearest' });
  }

  private row({ file, line, text, expected, predicted, loss }: Example): HTMLElement {
    const place = h(
      'button',
      { type: 'button', class: 'link file', 'data-testid': 'open-example' },
      say(message('place.row', { file, row: line })),
    );
    place.addEventListener('click', () => {
      this.options.onDidOpen({ file, line });
    });
    return h(
      'tr',
      { 'data-testid': 'example' },
      h(
        'td',
        { class: 'sentence', title: text },
        text === '' ? null : h('p', { class: 'answer-text' }, text),
        place,
      ),
      h('td', { 'data-label': l10n.t('Label') }, expected),
      h('td', { 'data-label': l10n.t('Prediction') }, predicted),
      h('td', { class: 'number', 'data-label': l10n.t('Loss') }, formatLoss(loss)),
    );
  }
}
