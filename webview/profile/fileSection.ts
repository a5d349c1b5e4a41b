import * as l10n from '@vscode/l10n';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { h } from '../shared/dom.js';
import { formatBytes, groupThousands } from '../shared/pageNumbers.js';
import { joinParts, plural, say } from '../shared/pageWords.js';
import { barTable } from './bars.js';
import { recordsText } from './recordsText.js';
import { Section } from './section.js';

const SHOWN = 12;

/** The largest files, and data that could not be read. */
export class FileSection extends Section {
  constructor() {
    super('files');
  }

  protected collect({ files }: DataProfile): ReturnType<Section['collect']> {
    if (files.largest.length === 0) return null;
    const shown = files.largest.slice(0, SHOWN);
    return {
      title: files.count > shown.length ? l10n.t('Largest Files') : l10n.t('Files'),
      note: joinParts(
        files.formats.map(({ format, files: count }) => {
          const shownCount = groupThousands(count);
          return plural(
            count,
            l10n.t('{0} {1} file', shownCount, format),
            l10n.t('{0} {1} files', shownCount, format),
          );
        }),
      ),
      shown: [shown, files.skippedExamples],
      draw: () => [
        barTable({
          labelledBy: this.headingId,
          columns: [l10n.t('File'), l10n.t('Records'), l10n.t('Words'), l10n.t('Size')],
          rows: shown.map(({ file, characters, records, words, bytes }) => ({
            name: file,
            value: characters,
            cells: [recordsText(records), wordsText(words), formatBytes(bytes)],
          })),
        }),
        ...files.skippedExamples.map((reason) =>
          h('p', { class: 'hint' }, l10n.t('Not read: {0}', say(reason))),
        ),
      ],
    };
  }
}

function wordsText(count: number): string {
  const shown = groupThousands(count);
  return plural(count, l10n.t('{0} word', shown), l10n.t('{0} words', shown));
}
