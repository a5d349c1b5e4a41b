import { formatCount } from '../format.js';
import { message, verbatim, type Message } from '../messages/message.js';

const LISTED_LABELS = 4;

/** `3 labels: a, b, …`, or all of a few labels. */
export function listLabels(labels: readonly string[]): Message {
  const shown = labels.slice(0, LISTED_LABELS).join(', ');
  return labels.length > LISTED_LABELS
    ? message('training.labels', { count: labels.length, labels: shown })
    : verbatim(shown);
}

const NAMED_LABELS = 8;

/** ` into 3 labels (a, b, c)` */
export function intoLabels(labels: readonly string[], note = ''): string {
  const shown = labels.slice(0, NAMED_LABELS).join(', ');
  const more = labels.length > NAMED_LABELS ? ' and others' : '';
  return ` into ${formatCount(labels.length, 'label')} (${shown}${more}${note})`;
}
