import { message, type Message } from '../../core/messages/message.js';
import type { ImportNotes } from '../../core/models/import/findParameters.js';

/** Number of names in a message. */
const MOST_NAMES = 20;

/** Sentences about numbers of an export that a run cannot train as its author would; the same everywhere. */
export function exportNotes({ frozen, merged }: ImportNotes): Message[] {
  const listed = (names: readonly string[]): { list: string[]; join: 'and' } => {
    const shown = names.slice(0, MOST_NAMES);
    return { list: names.length > shown.length ? [...shown, '…'] : shown, join: 'and' };
  };
  const groups = merged.map(({ name, others }) => [name, ...others].join(' = '));
  const counted = (all: readonly string[]) => ({ count: all.length, names: listed(all) });
  return [
    ...(frozen.length > 0 ? [message('models.frozenInExport', counted(frozen))] : []),
    ...(groups.length > 0 ? [message('models.mergedInExport', counted(groups))] : []),
  ];
}
