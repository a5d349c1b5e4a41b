/** A copy: a slice would keep the whole text that it was cut from alive. */
export function detached(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}
