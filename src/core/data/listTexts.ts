import { parseExactJson } from './exactJson.js';

/** Maximum characters of a text that is read as a list. */
const LONGEST_LIST = 1_000_000;
/** A quoted text, number or `None` of a Python list, and the comma or blanks behind it. */
const ENTRY =
  /\s*(?:'([^'\\]*(?:\\[^][^'\\]*)*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|(None)|([+-]?\d[\w.+-]*))(?:\s*,|(?=\s|$))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Python's names of other lists around their entries, such as `array([…], dtype=object)`. */
const NAMED_LIST =
  /^(?:np\.|numpy\.)?(?:array|list|tuple|set|frozenset)\((.*?)(?:,\s*dtype=[^(),]*)?\)$/s;

/** A list in a value: a list, or the text of a list, tuple or set as JSON, Python or NumPy write it. */
export function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value !== 'string' || !/^\s*[\w.]*[[({]/.test(value) || value.length > LONGEST_LIST)
    return null;
  const text = value.trim();
  const named = NAMED_LIST.exec(text)?.[1]?.trim();
  if (named === '') return [];
  const list = named ?? text;
  switch (`${list[0]!}${list.at(-1)!}`) {
    case '[]':
      return squareListIn(list);
    case '()':
      // Without a comma, parentheses are only parentheses.
      return list === '()' || list.includes(',') ? pythonListIn(list.slice(1, -1)) : null;
    case '{}':
      // Empty braces are a dictionary.
      return list === '{}' ? null : pythonListIn(list.slice(1, -1));
    default:
      return null;
  }
}

function squareListIn(text: string): readonly unknown[] | null {
  try {
    const parsed = parseExactJson(text);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return pythonListIn(text.slice(1, -1));
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
  { delimiter: '/', isRare: false },
  { delimiter: '+', isRare: false },
  { delimiter: ' ', isRare: false },
] as const;
const LONGEST_LABEL = 40;
const MOST_VALUES = 5_000;

/**
 * Delimiter of several labels in one value, if it is clear from the distinct values of a column: their
 * parts are labels of other values, too (most of them, for a delimiter that hardly occurs inside of a
 * label). `null` if values are single labels, or it is not clear.
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
  // A single phrase can consist of words that are labels, too, such as "science fiction".
  if (several.length < (delimiter === ' ' ? 2 : 1) || !areLabels) return false;
  const alone = new Set(parts.flatMap((labels) => (labels.length === 1 ? labels : [])));
  const uses = new Map<string, number>();
  for (const label of parts.flat()) uses.set(label, (uses.get(label) ?? 0) + 1);
  if (!isRare || several.length === 1) return several.flat().every((label) => alone.has(label));
  const isKnown = (label: string): boolean => alone.has(label) || uses.get(label)! > 1;
  const labels = [...new Set(several.flat())];
  const isMostlyKnown = labels.filter(isKnown).length * 2 >= labels.length;
  return isMostlyKnown && several.every((each) => each.some(isKnown));
}

/** Brackets around all labels of a value. */
const BRACKETS = /^\s*(?:\[([^[\]]*)\]|\{([^{}]*)\}|\(([^()]*)\))\s*$/;

/** Labels of a value, without brackets around all of them and blanks around each. */
export function splitLabels(text: string, delimiter: string): string[] {
  const [, square, curly, round] = BRACKETS.exec(text) ?? [];
  return (square ?? curly ?? round ?? text)
    .split(delimiter)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
