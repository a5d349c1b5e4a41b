import type { DataProfile } from '../../src/core/profile/profile.js';
import { SPLIT_TEXT } from '../../src/core/profile/profileFacts.js';
import { formatCount, groupThousands } from '../../src/core/format.js';
import { h } from '../shared/dom.js';
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
    const column = labels?.column == null ? '' : ` in “${labels.column}”`;
    return {
      title: labels === null ? 'Splits and groups' : `Labels${column}`,
      note:
        labels === null || labels.missing === 0 ? '' : `${groupThousands(labels.missing)} missing`,
      shown: [labels, splits, groups, total.records],
      draw: () => [
        ...(labels === null ? [] : drawLabels(labels, this.headingId)),
        ...(hasSplits ? drawSplits(splits, `${this.headingId}-splits`) : []),
        ...(groups === null
          ? []
          : [
              h(
                'p',
                { class: 'hint' },
                `${groups.isEstimate ? 'At least ' : ''}${formatCount(groups.count, 'group')}, the largest of ${formatCount(groups.largest, 'record')}.`,
              ),
            ]),
      ],
    };
  }
}

function drawLabels(
  { classes, numbers, distinct }: NonNullable<DataProfile['labels']>,
  labelledBy: string,
): HTMLElement[] {
  if (numbers !== null) {
    const { least, most, mean, deviation } = numbers;
    const text = `Numbers from ${least} to ${most}, mean ${mean}, standard deviation ${deviation}.`;
    return [h('p', {}, text)];
  }
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const rows = classes.slice(0, SHOWN).map(({ label, count }) => ({ name: label, count }));
  return [
    barTable({ labelledBy, columns: ['Label', 'Count', 'Share'], rows: countedRows(rows, total) }),
    ...(distinct > SHOWN
      ? [h('p', { class: 'hint' }, `and ${groupThousands(distinct - SHOWN)} more labels`)]
      : []),
  ];
}

function drawSplits(splits: DataProfile['splits'], id: string): HTMLElement[] {
  const rows = splits.map(({ name, records }) => ({ name: SPLIT_TEXT[name], count: records }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return [
    subheading(id, 'Splits of the data itself'),
    barTable({
      labelledBy: id,
      columns: ['Split', 'Records', 'Share'],
      rows: countedRows(rows, total),
    }),
  ];
}
