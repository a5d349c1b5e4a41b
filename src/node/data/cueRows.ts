import { textColumnsIn, type DataSelection } from '../../core/data/dataSelection.js';
import type { TextRecord } from '../../core/data/records.js';
import type { CuePlace } from '../../core/interference/cueCounts.js';
import { cuesOf, hasCue, type Cue } from '../../core/interference/cues.js';
import { isTrainingRow } from '../../core/profile/profileCollector.js';
import { labelsIn } from '../../core/profile/profileLabels.js';
import { Pace } from '../runtime/pace.js';
import { collectDataFiles } from './textFiles.js';
import { readTextRecords } from './textRecords.js';

/** A labeled row with a cue. */
export interface CueRow extends CuePlace {
  readonly labels: string[];
  /** The part of the text around the cue. */
  readonly excerpt: string;
}

const EXCERPT = 120;
const BEFORE = 40;

/**
 * The first labeled training rows with a cue, at most `most`, in the order of the data. Rows that
 * cannot be read are skipped. Throws `UserInput` if there is no data, and `Cancelled`.
 */
export async function cueRows(
  selection: DataSelection,
  cue: Cue,
  { most, signal }: { readonly most: number; readonly signal?: AbortSignal },
): Promise<CueRow[]> {
  const { workspaceFolder, format, dialect, cleaning } = selection;
  const { files } = await collectDataFiles(selection, selection.kind ?? 'any', signal);
  const rows: CueRow[] = [];
  const pace = new Pace(signal);
  for await (const record of readTextRecords(files, {
    ...{ workspaceFolder, format, dialect, cleaning, signal, atLeast: 0 },
    columns: textColumnsIn(selection.columns),
    onBad: () => undefined,
  })) {
    if (pace.isOver) await pace.turn();
    const labels = [...labelsIn(record.label)];
    if (labels.length === 0 || !isTrainingRow(record) || !isIn(record, cue)) continue;
    const { file, line } = record;
    rows.push({ file, line, labels, excerpt: excerptOf(record, cue) });
    if (rows.length === most) break;
  }
  return rows;
}

function isIn({ text, pair }: TextRecord, cue: Cue): boolean {
  const first = { text: text.text };
  return hasCue(pair === null ? cuesOf(first) : cuesOf(first, { text: pair }), cue);
}

function excerptOf({ text, pair }: TextRecord, cue: Cue): string {
  const whole = [text.text, pair ?? ''].join(' ').replaceAll(/\s+/g, ' ').trim();
  const at = cue.kind === 'word' ? whole.toLowerCase().indexOf(cue.word) : 0;
  const start = Math.max(0, at - BEFORE);
  const part = whole.slice(start, start + EXCERPT);
  const isEnd = start + EXCERPT >= whole.length;
  return `${start === 0 ? '' : '…'}${part}${isEnd ? '' : '…'}`;
}
