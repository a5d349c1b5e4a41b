import type { Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import { alignedLines } from '../../text/cells.js';

/** A fact with its name, such as the time of a plan. */
export type Fact = readonly [name: Message, fact: Message | string];

/** Facts below one another, as lines of plain text. */
export function factLines(facts: readonly Fact[], words: Words): string[] {
  return alignedLines(
    facts.map(([name, fact]) => [
      renderMessage(name, words),
      typeof fact === 'string' ? fact : renderMessage(fact, words),
    ]),
  );
}
