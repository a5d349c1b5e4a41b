import { parseTree } from 'jsonc-parser';
import { AlignedText, AlignedTextBuilder } from '../text/alignedText.js';
import { parseJsonText } from '../jsonText.js';

/** An escape in a JSON string. */
const ESCAPE = /\\(?:u[\da-f]{4}|[^])/gi;

/**
 * The string value of a key of a JSON object, with UTF-16 offsets that begin at `start` for the object's
 * text; `null` for a value that is not a string. Of a repeated key, the last value counts, as in
 * `JSON.parse`. The object must have been parsed before: its nesting is not checked.
 */
export function alignedJsonValue(text: string, key: string, start: number): AlignedText | null {
  const node = parseTree(text)
    ?.children?.findLast(({ children }) => children?.[0]?.value === key)
    ?.children?.at(1);
  if (node?.type !== 'string') return null;
  const { offset, length } = node;
  const written = text.slice(offset + 1, offset + length - 1);
  const aligned = unescaped(AlignedText.of(written, start + offset + 1));
  return aligned.text === node.value ? aligned : null;
}

function unescaped(written: AlignedText): AlignedText {
  const result = new AlignedTextBuilder();
  let from = 0;
  for (const { 0: escape, index } of written.text.matchAll(ESCAPE)) {
    result.copy(written, from, index);
    from = index + escape.length;
    result.replace(parseJsonText(`"${escape}"`) as string, written, index, from);
  }
  if (from === 0) return written;
  result.copy(written, from, written.length);
  return result.build();
}
