import { message, type Argument } from '../messages/message.js';

/** The first `most` names and the number of the others, joined by "and". */
export function shortList(names: readonly string[], most: number): Argument {
  const more = names.length - most;
  const list = more <= 0 ? names : [...names.slice(0, most), message('list.more', { count: more })];
  return { list, join: 'and' };
}
