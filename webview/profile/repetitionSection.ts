import * as l10n from '@vscode/l10n';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { PERSONAL_DATA_TEXTS } from '../../src/core/profile/profileNames.js';
import { h } from '../shared/dom.js';
import { formatShare, groupThousands } from '../shared/pageNumbers.js';
import { plural, say } from '../shared/pageWords.js';
import { barTable, countedRows, subheading } from './bars.js';
import { Section } from './section.js';

/** Repeated records and lines, and personal data. */
export class RepetitionSection extends Section {
  constructor() {
    super('repetition');
  }

  protected collect(profile: DataProfile): ReturnType<Section['collect']> {
    const { duplicates, boilerplate, personalData } = profile;
    const { examples, exact, exactShare, isEstimate } = duplicates;
    const tables = [
      {
        name: l10n.t('Repeated Records'),
        rows: examples.map(({ text, count }) => ({ name: text, count })),
      },
      {
        name: l10n.t('Repeated Lines'),
        rows: boilerplate.map(({ text, count }) => ({ name: text, count })),
      },
      {
        name: l10n.t('Personal Data'),
        rows: personalData.map(({ kind, count }) => ({
          name: say(PERSONAL_DATA_TEXTS[kind].label),
          count,
        })),
      },
    ].filter(({ rows }) => rows.length > 0);
    if (tables.length === 0) return null;
    const shownCount = `${isEstimate ? '≈' : ''}${groupThousands(exact)}`;
    const share = formatShare(exactShare);
    return {
      title: l10n.t('Repetition and Personal Data'),
      note:
        exact === 0
          ? ''
          : plural(
              exact,
              l10n.t('{0} record repeats an earlier one ({1})', shownCount, share),
              l10n.t('{0} records repeat an earlier one ({1})', shownCount, share),
            ),
      shown: tables,
      draw: () =>
        tables.map(({ name, rows }, i) => {
          const id = `${this.headingId}-${i}`;
          const table = barTable({
            labelledBy: id,
            columns: [name, l10n.t('Count')],
            rows: countedRows(rows),
          });
          return h('div', {}, subheading(id, name), table);
        }),
    };
  }
}
