import type { TextChange } from '../../protocol/preview.js';

/** Applies changes one after the other. `null` if one lies outside of the text. */
export function editText(text: string, changes: readonly TextChange[]): string | null {
  let result = text;
  for (const { offset, length, text: inserted } of changes) {
    if (offset + length > result.length) return null;
    result = result.slice(0, offset) + inserted + result.slice(offset + length);
  }
  return result;
}
