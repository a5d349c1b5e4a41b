import path from 'node:path';
import { dataExtensionOf, FORMAT_OF_EXTENSION } from '../../../core/data/dataFormats.js';
import type { DataRecord } from '../../../core/data/labelledRows.js';
import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { decodeFile } from './decodeFile.js';
import { readHtml } from './htmlPassages.js';
import { tooLong, withNul, type ReaderOptions } from './reader.js';

/** Columns of the records of label folders. */
const COLUMNS = { text: 'text', label: 'label' } as const;

/**
 * The one record of a file in a label folder: its whole text, or the visible text of a page, and the name
 * of the folder as the label. There is none for a file without text. A text of more characters than a
 * line may have is invalid. Throws the errors of `decodeFile`.
 */
export async function* readLabelledText(
  file: string,
  options: ReaderOptions,
): AsyncGenerator<DataRecord> {
  const { shownAs, onBad, keepsBlank = false } = options;
  const place = { file: shownAs, line: 1 };
  const parts: string[] = [];
  let length = 0;
  // A text that is too long is read to its end, for its fingerprint, but not kept.
  for await (const part of partsOf(file, options)) {
    length += part.length;
    if (length > LONGEST_LINE) parts.length = 0;
    else parts.push(part);
  }
  const text = parts.join('').trim();
  if (length > LONGEST_LINE) onBad(tooLong(place, 'data.fileTooLong'));
  else if (text.includes('\0')) onBad(withNul(place));
  else if (text !== '') {
    const label = path.basename(path.dirname(file));
    yield { ...place, values: { [COLUMNS.text]: text, [COLUMNS.label]: label } };
  } else if (keepsBlank) yield { ...place, values: {} };
}

async function* partsOf(file: string, options: ReaderOptions): AsyncGenerator<string> {
  if (FORMAT_OF_EXTENSION[dataExtensionOf(options.shownAs)] !== 'html') {
    yield* decodeFile(file, options);
    return;
  }
  let gap = '';
  for await (const { text } of readHtml(file, { ...options, atLeast: 0 })) {
    yield gap + text.text;
    gap = '\n\n';
  }
}
