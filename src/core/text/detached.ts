/** Copies a string; a slice would keep the whole original text in memory. */
export function detached(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}
