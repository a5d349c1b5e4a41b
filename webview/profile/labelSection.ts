import * as l10n from '@vscode/l10n';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { SPLIT_LABELS } from '../../src/core/profile/profileNames.js';
import { h } from '../shared/dom.js';
import { formatFraction, groupThousands } from '../shared/pageNumbers.js';
import { plural, say } from '../shared/pageWords.js';
import { barTable, countedRows, subheading } from './bars.js';
import { Section } from './section.js';

const SHOWN = 15;

/** Labels, splits and groups of tables. */
export class LabelSection extends Section {
  constructor() {
    super('labels');
  }

  protected collect({
    labels,
    splits,
    groups,
    total,
  }: DataProfile): ReturnType<Section['collect']> {
    const hasSplits = splits.some(({ name }) => name !== 'none');
    if (labels === null && groups === null && !hasSplits) return null;
    return {
      title: titleOf(labels),
      note:
        labels === null || labels.missing === 0
          ? ''
          : l10n.t('{0} missing', groupThousands(labels.missing)),
      shown: [labels, splits, groups, total.records],
      draw: () => [
        ...(labels === null ? [] : drawLabels(labels, this.headingId)),
        ...(hasSplits ? drawSplits(splits, `${this.headingId}-splits`) : []),
        ...(groups === null ? [] : [h('p', { class: 'hint' }, groupsText(groups))]),
      ],
    };
  }
}

function titleOf(labels: DataProfile['labels']): string {
  if (labels === null) return l10n.t('Splits and Groups');
  return labels.column === null ? l10n.t('Labels') : l10n.t('Labels in “{0}”', labels.column);
}

function groupsText({ count, largest, isEstimate }: NonNullable<DataProfile['groups']>): string {
  const numbers = [groupThousands(count), groupThousands(largest)] as const;
  return isEstimate
    ? l10n.t('At least {0} groups, with up to {1} records each.', ...numbers)
    : plural(
        count,
        l10n.t('{0} group, with {1} records.', ...numbers),
        l10n.t('{0} groups, with up to {1} records each.', ...numbers),
      );
}

function moreLabels(count: number): string {
  const shown = groupThousands(count);
  return plural(count, l10n.t('and {0} more label', shown), l10n.t('and {0} more labels', shown));
}

function drawLabels(
  { classes, numbers, distinct }: NonNullable<DataProfile['labels']>,
  labelledBy: string,
): HTMLElement[] {
  if (numbers !== null) {
    const { least, most, mean, deviation } = numbers;
    const [from, to, middle, spread] = [least, most, mean, deviation].map((number) =>
      formatFraction(number, 6),
    );
    const text = l10n.t(
      'Numbers from {0} to {1}, mean {2}, standard deviation {3}.',
      ...[from!, to!, middle!, spread!],
    );
    return [h('p', {}, text)];
  }
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const rows = classes.slice(0, SHOWN).map(({ label, count }) => ({ name: label, count }));
  return [
    barTable({
      labelledBy,
      columns: [l10n.t('Label'), l10n.t('Count'), l10n.t('Share')],
      rows: countedRows(rows, total),
    }),
    ...(distinct > SHOWN ? [h('p', { class: 'hint' }, moreLabels(distinct - SHOWN))] : []),
  ];
}

function drawSplits(splits: DataProfile['splits'], id: string): HTMLElement[] {
  const rows = splits.map(({ name, records }) => ({
    name: say(SPLIT_LABELS[name]),
    count: records,
  }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return [
    subheading(id, l10n.t('Splits Assigned by the Data')),
    barTable({
      labelledBy: id,
      columns: [l10n.t('Split'), l10n.t('Records'), l10n.t('Share')],
      rows: countedRows(rows, total),
    }),
  ];
}
