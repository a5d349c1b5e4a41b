/** The beginning of a text that has room for `length` characters. */
export function labelText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
