import { parseExactJson } from './exactJson.js';

/** Maximum characters of a text that is read as a list. */
const LONGEST_LIST = 1_000_000;
/** A quoted text, number or `None` of a Python list, and the comma or blanks behind it. */
const ENTRY =
  /\s*(?:'([^'\\]*(?:\\[^][^'\\]*)*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|(None)|([+-]?\d[\w.+-]*))(?:\s*,|(?=\s|$))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A list in a value: a list, or the text of one as JSON, Python or NumPy write it. */
export function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value !== 'string' || !/^\s*\[/.test(value) || !/\]\s*$/.test(value)) return null;
  try {
    const parsed = parseExactJson(value);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return value.length > LONGEST_LIST ? null : pythonListIn(value.trim().slice(1, -1));
  }
}

/** Entries of a Python list; NumPy separates them by blanks only. */
function pythonListIn(text: string): readonly unknown[] | null {
  const end = text.trimEnd().length;
  const entries: unknown[] = [];
  for (let at = 0; at < end;) {
    ENTRY.lastIndex = at;
    const found = ENTRY.exec(text);
    if (found === null) return null;
    const [, single, double, none, number] = found;
    const quoted = single ?? double;
    if (quoted !== undefined) entries.push(unescaped(quoted));
    else entries.push(none === undefined ? number! : null);
    at = ENTRY.lastIndex;
  }
  return entries;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([^])/g, (_, next: string) => ESCAPES[next] ?? next);
}

/** Separators that hardly occur inside of a label, and those that do. */
const DELIMITERS = [
  { delimiter: '|', isRare: true },
  { delimiter: ';', isRare: true },
  { delimiter: ',', isRare: false },
  { delimiter: ' ', isRare: false },
] as const;
const LONGEST_LABEL = 40;
const MOST_VALUES = 5_000;

/**
 * Delimiter of several labels in one value, if it is clear from the distinct values of a column: their
 * parts are labels of other values, too. `null` if values are single labels, or it is not clear.
 */
export function labelDelimiterOf(values: readonly unknown[]): string | null {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length < values.length || texts.length > MOST_VALUES) return null;
  const found = DELIMITERS.find((each) => isDelimiter(texts, each));
  return found?.delimiter ?? null;
}

function isDelimiter(
  texts: readonly string[],
  { delimiter, isRare }: { readonly delimiter: string; readonly isRare: boolean },
): boolean {
  const parts = texts.map((text) => splitLabels(text, delimiter));
  const several = parts.filter((labels) => labels.length > 1);
  const areLabels = parts.every(
    (labels) =>
      new Set(labels).size === labels.length &&
      labels.every((label) => label.length <= LONGEST_LABEL),
  );
  if (several.length < 2 || !areLabels) return false;
  const alone = new Set(parts.flatMap((labels) => (labels.length === 1 ? labels : [])));
  const uses = new Map<string, number>();
  for (const label of parts.flat()) uses.set(label, (uses.get(label) ?? 0) + 1);
  return several.flat().every((label) => alone.has(label) || (isRare && uses.get(label)! > 1));
}

/** Labels of a value, without blanks around them. */
export function splitLabels(text: string, delimiter: string): string[] {
  return text
    .split(delimiter)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
