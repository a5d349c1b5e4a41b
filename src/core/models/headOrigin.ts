import { message, type Message } from '../messages/message.js';
import { shortList } from '../text/shortList.js';
import { areUnnamed } from './labels.js';

/** Output layers that a new head can start from: zeros, or values drawn as the model family does. */
export const NEW_HEADS = ['zeros', 'random'] as const;
export type NewHead = (typeof NEW_HEADS)[number];

/**
 * For each output of a head, the row of the stored head that it continues, or `null` for a row
 * without training.
 */
export type HeadRows = readonly (number | null)[];

/** Start of a head's output layer: its rows, and the labels on both sides. */
export interface HeadOrigin {
  readonly rows: HeadRows;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Of the model folder; `null` if it has no such head. */
  readonly stored: readonly string[] | null;
}

/**
 * Rows of a stored head for the wanted labels: matched by name, or by position if the stored labels
 * are the default names of the hub's library.
 */
export function matchRows(stored: readonly string[], wanted: readonly string[]): HeadRows {
  if (areUnnamed(stored)) return wanted.map((_, i) => (stored.length === wanted.length ? i : null));
  return wanted.map((label) => {
    const row = stored.indexOf(label);
    return row === -1 ? null : row;
  });
}

/** Whether no row of a head continues a stored one. */
export function isNewHead({ rows }: Pick<HeadOrigin, 'rows'>): boolean {
  return rows.every((row) => row === null);
}

/** Tells whether a run starts with a new head, the model's own, or one with more labels. */
export function headMessage(origin: HeadOrigin): Message {
  const { rows, labels, stored } = origin;
  const all = shortList(labels, SHOWN_LABELS);
  if (stored === null) return message('models.headNew', { labels: all });
  if (isNewHead(origin)) {
    return message('models.headReplaced', { labels: all, stored: shortList(stored, SHOWN_LABELS) });
  }
  const added = labels.filter((_, i) => rows[i] === null);
  const dropped = stored.filter((_, row) => !rows.includes(row));
  const sentences: Message[] = [];
  if (added.length > 0) {
    const kept = shortList(
      labels.filter((_, i) => rows[i] !== null),
      SHOWN_LABELS,
    );
    sentences.push(message('models.headExtended', { kept, added: shortList(added, SHOWN_LABELS) }));
  } else if (areUnnamed(stored) && !areUnnamed(labels)) {
    sentences.push(message('models.headNamed', { labels: all }));
  } else {
    const isInOrder = rows.every((row, i) => i === 0 || row! > rows[i - 1]!);
    const id = isInOrder ? 'models.headKept' : 'models.headReordered';
    sentences.push(message(id, { labels: all }));
  }
  if (dropped.length > 0) {
    sentences.push(message('models.headNarrowed', { dropped: shortList(dropped, SHOWN_LABELS) }));
  }
  const [first] = sentences;
  if (sentences.length === 1) return first!;
  return message('models.headParts', { parts: { list: sentences, join: 'sentences' } });
}

const SHOWN_LABELS = 6;
