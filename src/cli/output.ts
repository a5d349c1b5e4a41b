/** The one place that prints: texts come from files, and a terminal does what some of them say. */

/** Controls but for line feed and tab, and marks that turn the direction of a text. */
const ACTING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text with every character that a terminal would act on made visible. */
export function printable(text: string): string {
  return text.replace(ACTING, (character) => {
    const code = character.codePointAt(0)!;
    if (character === '\n' || character === '\t') return character;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** Prints lines on standard output. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints lines on standard error. */
export function printError(text: string): void {
  console.error(printable(text));
}

/** Prints a value as one line of JSON, whose strings keep all their characters. */
export function printJson(value: unknown): void {
  printJsonLine(JSON.stringify(value));
}

/** Prints JSON that is one line. */
export function printJsonLine(json: string): void {
  console.log(json.replace(ACTING, escapedInJson));
}

function escapedInJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const CLEAR_LINE = '\r\x1b[K';

/** Replaces the current line of a terminal. */
export function rewriteLine(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${CLEAR_LINE}${printable(line)}`);
}

/** Prints a line in the place of the current line of a terminal. */
export function printOverLine(text: string): void {
  console.log(`${CLEAR_LINE}${printable(text)}`);
}
