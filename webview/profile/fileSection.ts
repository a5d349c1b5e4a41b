import type { DataProfile } from '../../src/core/profile/profile.js';
import { formatBytes, formatCount, groupThousands } from '../../src/core/format.js';
import { h } from '../shared/dom.js';
import { say } from '../shared/pageWords.js';
import { barTable } from './bars.js';
import { Section } from './section.js';

const SHOWN = 12;

/** The largest files, and what could not be read. */
export class FileSection extends Section {
  constructor() {
    super('files');
  }

  protected collect({ files }: DataProfile): ReturnType<Section['collect']> {
    if (files.largest.length === 0) return null;
    const shown = files.largest.slice(0, SHOWN);
    return {
      title: files.count > shown.length ? 'Largest files' : 'Files',
      note: files.formats
        .map(({ format, files: count }) => formatCount(count, `${format} file`))
        .join(', '),
      shown: [shown, files.skippedExamples],
      draw: () => [
        barTable({
          labelledBy: this.headingId,
          columns: ['File', 'Records', 'Words', 'Size'],
          rows: shown.map(({ file, characters, records, words, bytes }) => ({
            name: file,
            value: characters,
            cells: [
              formatCount(records, 'record'),
              `${groupThousands(words)} words`,
              formatBytes(bytes),
            ],
          })),
        }),
        ...files.skippedExamples.map((reason) =>
          h('p', { class: 'hint' }, `Not read: ${say(reason)}`),
        ),
      ],
    };
  }
}
