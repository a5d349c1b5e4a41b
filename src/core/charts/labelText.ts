import { cellsOf } from '../text/cells.js';

/** The beginning of a text that has room for `length` narrow characters. */
export function labelText(text: string, length: number): string {
  if (cellsOf(text) <= length) return text;
  const characters = Array.from(text);
  while (cellsOf(characters.join('')) > length - 1) characters.pop();
  return `${characters.join('')}…`;
}
