import * as l10n from '@vscode/l10n';
import { languageName, scriptName } from '../../src/core/languageNames.js';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatShare, groupThousands } from '../shared/pageNumbers.js';
import { joinParts, PAGE_WORDS } from '../shared/pageWords.js';
import { barTable, type BarRow } from './bars.js';
import { Section } from './section.js';

const CERTAINTY = {
  high: '',
  medium: l10n.t('medium confidence'),
  low: l10n.t('low confidence'),
  none: l10n.t('not enough text'),
} as const;

/** Languages and scripts of the text. */
export class LanguageSection extends Section {
  constructor() {
    super('languages');
  }

  protected collect({ languages }: DataProfile): ReturnType<Section['collect']> {
    const { found, scripts, judged, sampled, certainty } = languages;
    if (sampled === 0) return null;
    const of =
      judged === 0
        ? ''
        : l10n.t(
            'detected in {0} of {1} sampled texts',
            groupThousands(judged),
            groupThousands(sampled),
          );
    const rows = (shares: readonly { name: string; share: number }[]): BarRow[] =>
      shares.map(({ name, share }) => ({ name, value: share, cells: [formatShare(share)] }));
    return {
      title: l10n.t('Languages'),
      note: joinParts([of, CERTAINTY[certainty]]),
      shown: [found, scripts],
      draw: () => [
        barTable({
          labelledBy: this.headingId,
          columns: [l10n.t('Language'), l10n.t('Share of the characters')],
          rows: rows(
            found.map(({ code, share }) => ({
              name: languageName(code, PAGE_WORDS.locale),
              share,
            })),
          ),
        }),
        ...(scripts.length < 2
          ? []
          : [
              barTable({
                labelledBy: this.headingId,
                columns: [l10n.t('Script'), l10n.t('Share of the letters')],
                rows: rows(
                  scripts.map(({ name, share }) => ({
                    name: l10n.t('{0} script', scriptName(name, PAGE_WORDS.locale)),
                    share,
                  })),
                ),
              }),
            ]),
      ],
    };
  }
}
