import * as l10n from '@vscode/l10n';
import type { ColoredRun } from '../../src/core/experiments/compare/comparedGroups.js';
import {
  DIFF_KINDS,
  SLICE_DIMENSIONS,
  type DiffFilter,
  type DiffKind,
  type PredictionDiff,
  type SliceDimension,
} from '../../src/core/experiments/predictionDiff.js';
import type { CompareView } from '../../src/core/experiments/compare/compareView.js';
import { h, setText } from '../shared/dom.js';
import { keepingFocus } from '../shared/menuButton.js';
import { formatFixed, groupThousands } from '../shared/pageNumbers.js';
import { plural } from '../shared/pageWords.js';
import { SelectField } from '../shared/selectField.js';
import type { CompareContext } from './compareState.js';

const KIND_NAMES: Readonly<Record<DiffKind, string>> = {
  broken: l10n.t('Broken'),
  fixed: l10n.t('Fixed'),
  bothWrong: l10n.t('Both wrong'),
  bothRight: l10n.t('Both right'),
};
const DIMENSION_NAMES: Readonly<Record<SliceDimension, string>> = {
  label: l10n.t('Label'),
  length: l10n.t('Words'),
  source: l10n.t('File'),
  rule: l10n.t('Rule'),
};

export interface PredictionSectionOptions {
  readonly diff: (
    before: string,
    after: string,
    filter: DiffFilter,
  ) => Promise<PredictionDiff | null>;
  readonly open: (run: string, place: { readonly file: string; readonly line: number }) => void;
  readonly onError: (thrown: unknown) => void;
}

/** Predictions of two runs on the same held-out examples: fixed, broken, and wrong in both. */
export class PredictionSection {
  readonly element: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly first: SelectField<string>;
  private readonly second: SelectField<string>;
  private readonly sliceBy: SelectField<SliceDimension>;
  private readonly kinds = h('div', { class: 'kinds', role: 'group' });
  private readonly slices = h('div', { class: 'scroll' });
  private readonly list = h('div', { class: 'scroll' });
  private readonly status = h('p', { class: 'section-note', role: 'status' });
  private context: CompareContext | null = null;
  private runs: readonly ColoredRun[] = [];
  private kind: DiffKind = 'broken';
  private dimension: SliceDimension = 'label';
  private slice: DiffFilter['slice'] = null;
  private asked = '';

  constructor(private readonly options: PredictionSectionOptions) {
    this.first = new SelectField({
      ...{ label: l10n.t('First run'), testId: 'diff-before' },
      onDidChoose: (before: string) => {
        this.choose({ first: runIdOf(this.runs, before) });
      },
    });
    this.second = new SelectField({
      ...{ label: l10n.t('Second run'), testId: 'diff-after' },
      onDidChoose: (after: string) => {
        this.choose({ second: runIdOf(this.runs, after) });
      },
    });
    this.sliceBy = new SelectField({
      ...{ label: l10n.t('Slice by'), testId: 'slice-by' },
      onDidChoose: (dimension: SliceDimension) => {
        this.dimension = dimension;
        this.slice = null;
        this.ask();
      },
    });
    this.details = h(
      'details',
      { class: 'chart-table', 'data-testid': 'show-diff' },
      h('summary', {}, l10n.t('Compare predictions of two runs')),
      h('div', { class: 'toolbar' }, this.first.element, this.second.element, this.sliceBy.element),
      ...[this.status, this.kinds, this.slices, this.list],
    );
    this.details.addEventListener('toggle', () => {
      this.ask();
    });
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'predictions' },
      h('h2', {}, l10n.t('Predictions')),
      this.details,
    );
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { model } = context;
    this.runs = model.groups
      .flatMap((group) => [...group.runs].sort((a, b) => a.facts.seed - b.facts.seed))
      .filter(({ status }) => status === 'finished');
    this.element.hidden = this.runs.length < 2;
    if (this.runs.length < 2) return;
    const choices = model.groups.flatMap((group) =>
      this.runs
        .filter((run) => group.runs.includes(run))
        .map((run) => ({
          value: run.directory,
          label: l10n.t('{0}, seed {1}', group.name, run.facts.seed),
        })),
    );
    const { before, after } = this.pair(context);
    this.first.draw(choices, before);
    this.second.draw(choices, after);
    this.ask();
  }

  private choose(changes: Partial<CompareView['predictions']>): void {
    const { context } = this;
    context?.change({ predictions: { ...context.state.view.predictions, ...changes } });
  }

  /** Chosen runs; at first the baseline's and the first of another group with the same seed. */
  private pair({ state }: CompareContext): { readonly before: string; readonly after: string } {
    const { first, second } = state.view.predictions;
    const known = (id: string | null): ColoredRun | undefined =>
      this.runs.find((run) => run.id === id);
    const before = known(first) ?? this.runs[0]!;
    const others = this.runs.filter((run) => run !== before);
    const rivals = others.filter(({ facts }) => facts.group !== before.facts.group);
    const after =
      known(second) ??
      rivals.find(({ facts }) => facts.seed === before.facts.seed) ??
      rivals[0] ??
      others[0]!;
    return { before: before.directory, after: after.directory };
  }

  private ask(): void {
    const { context, kind, slice } = this;
    if (context === null || !this.details.open || this.runs.length < 2) return;
    const { before, after } = this.pair(context);
    const filter: DiffFilter = { split: context.state.view.split, kind, slice };
    const key = JSON.stringify([before, after, filter, this.dimension]);
    if (key === this.asked) return;
    this.asked = key;
    setText(this.status, l10n.t('Reading predictions…'));
    this.options
      .diff(before, after, filter)
      .then((diff) => {
        if (key === this.asked) this.show(diff, after);
      })
      .catch(this.options.onError);
  }

  private show(diff: PredictionDiff | null, run: string): void {
    const isEmpty =
      diff === null || DIFF_KINDS.every((kind) => diff.counts[kind] === 0 && this.slice === null);
    for (const part of [this.kinds, this.slices, this.list]) part.hidden = isEmpty;
    this.sliceBy.element.hidden = true;
    if (diff === null || isEmpty) {
      setText(
        this.status,
        diff === null
          ? l10n.t('One of these runs has no predictions of single examples.')
          : l10n.t('These runs were evaluated on no common examples.'),
      );
      return;
    }
    setText(
      this.status,
      diff.unpaired === 0
        ? ''
        : plural(
            diff.unpaired,
            l10n.t('1 example is left out, since only one run was evaluated on it.'),
            l10n.t(
              '{0} examples are left out, since only one run was evaluated on them.',
              groupThousands(diff.unpaired),
            ),
          ),
    );
    keepingFocus(this.details, () => {
      this.showKinds(diff);
      this.showSlices(diff);
      this.list.replaceChildren(this.itemTable(diff, run));
    });
  }

  private showKinds({ counts }: PredictionDiff): void {
    this.kinds.replaceChildren(
      ...DIFF_KINDS.map((kind) => {
        const button = h(
          'button',
          {
            class: 'secondary',
            type: 'button',
            'aria-pressed': String(kind === this.kind),
            'data-focus': kind,
          },
          `${KIND_NAMES[kind]} `,
          h('span', { class: 'number' }, groupThousands(counts[kind])),
        );
        button.addEventListener('click', () => {
          this.kind = kind;
          this.ask();
        });
        return button;
      }),
    );
  }

  private showSlices({ slices }: PredictionDiff): void {
    const offered = SLICE_DIMENSIONS.filter((dimension) => slices[dimension] !== undefined);
    const [first] = offered;
    this.slices.hidden = first === undefined;
    if (first === undefined) return;
    if (!offered.includes(this.dimension)) this.dimension = first;
    this.sliceBy.draw(
      offered.map((value) => ({ value, label: DIMENSION_NAMES[value] })),
      this.dimension,
    );
    this.sliceBy.element.hidden = offered.length < 2;
    const head = [DIMENSION_NAMES[this.dimension], ...DIFF_KINDS.map((kind) => KIND_NAMES[kind])];
    const rows = slices[this.dimension]!.map(({ value, counts }) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, this.sliceButton(value)),
        ...DIFF_KINDS.map((kind) => h('td', { class: 'number' }, groupThousands(counts[kind]))),
      ),
    );
    this.slices.replaceChildren(
      h(
        'table',
        { class: 'data', 'data-testid': 'slices' },
        h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col' }, cell)))),
        h('tbody', {}, ...rows),
      ),
    );
  }

  /** Shows the examples of a slice only; pressed again, those of all. */
  private sliceButton(value: string): HTMLElement {
    const isChosen = this.slice?.value === value;
    const button = h(
      'button',
      {
        class: 'link',
        type: 'button',
        'aria-pressed': String(isChosen),
        'data-focus': `slice ${value}`,
      },
      value,
    );
    button.addEventListener('click', () => {
      this.slice = isChosen ? null : { dimension: this.dimension, value };
      this.ask();
    });
    return button;
  }

  private itemTable({ items }: PredictionDiff, run: string): HTMLElement {
    const head = [
      l10n.t('Example'),
      l10n.t('Expected'),
      l10n.t('First run'),
      l10n.t('Second run'),
      l10n.t('Loss, first run'),
      l10n.t('Loss, second run'),
    ];
    const rows = items.map((item) => {
      const { file, line, text } = item;
      const link = h('button', { class: 'link file', type: 'button' }, `${file}:${line}`);
      link.addEventListener('click', () => {
        this.options.open(run, { file, line });
      });
      return h(
        'tr',
        {},
        h('td', {}, text === '' ? null : h('div', { class: 'answer-text' }, text), link),
        ...[item.expected, item.before, item.after].map((cell) => h('td', {}, cell)),
        ...[item.lossBefore, item.lossAfter].map((loss) =>
          h('td', { class: 'number' }, formatFixed(loss, 2)),
        ),
      );
    });
    return items.length === 0
      ? h('p', { class: 'section-note' }, l10n.t('No example of this kind.'))
      : h(
          'table',
          { class: 'data', 'data-testid': 'diff-items' },
          h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col' }, cell)))),
          h('tbody', {}, ...rows),
        );
  }
}

/** Id of a run, which is the same in every copy of the workspace. */
function runIdOf(runs: readonly ColoredRun[], directory: string): string | null {
  return runs.find((run) => run.directory === directory)?.id ?? null;
}
