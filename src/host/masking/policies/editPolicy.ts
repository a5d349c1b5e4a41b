import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  type JSONPath,
  type Node,
} from 'jsonc-parser';

/** A place in a file as a policy records it: its text and the text around it. */
export interface Place {
  readonly file: string;
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

export type Decision = 'always' | 'never';

/** Name of the rule for places that are selected in the editor. */
const PLACES_RULE = 'selected places';

/**
 * Adds a word to `always` or `never` of a policy and removes it from the other. Preserves comments
 * and formatting. Returns the new text, which is unchanged if the word is already listed.
 */
export function decideWord(policyText: string, word: string, decision: Decision): string {
  return decision === 'always'
    ? addOnce(withoutWord(policyText, neverWordPaths(policyText), word), ['always'], word)
    : neverMaskWord(withoutWord(policyText, [['always']], word), word);
}

/** Adds a place to a policy: to a rule that always masks it, or to `never`. */
export function decidePlace(policyText: string, place: Place, decision: Decision): string {
  if (decision === 'never') return addToNever(policyText, 'places', place);
  const rules = arrayAt(policyText, ['rules']);
  const at = rules.findIndex(({ places, rate }) => Array.isArray(places) && (rate ?? 1) === 1);
  if (at >= 0) return addOnce(policyText, ['rules', at, 'places'], place);
  const rule = { name: PLACES_RULE, places: [place] };
  // The first matching rule applies, so places selected by hand come first.
  return rules.length === 0
    ? append(policyText, ['rules'], rule)
    : prepend(policyText, 'rules', rule);
}

/** Sets the seed of a policy. */
export function setSeed(policyText: string, seed: number): string {
  return setProperty(policyText, 'seed', seed);
}

function neverMaskWord(text: string, word: string): string {
  const paths = neverWordPaths(text);
  const isThere = paths.some((path) => indexOf(text, path, word) >= 0);
  return isThere ? text : addToNever(text, 'words', word);
}

function addToNever(text: string, selector: 'words' | 'places', value: unknown): string {
  const entries = arrayAt(text, ['never']);
  const at = entries.findIndex((entry) => Array.isArray(entry[selector]));
  return at >= 0
    ? addOnce(text, ['never', at, selector], value)
    : append(text, ['never'], { [selector]: [value] });
}

function neverWordPaths(text: string): JSONPath[] {
  return arrayAt(text, ['never']).map((_, index) => ['never', index, 'words']);
}

function withoutWord(text: string, paths: readonly JSONPath[], word: string): string {
  let result = text;
  for (const path of paths.toReversed()) {
    const index = indexOf(result, path, word);
    if (index < 0) continue;
    const isOnly = arrayOf(result, path)!.children!.length === 1;
    // A selector must not be empty: its entry is removed with its last word.
    result =
      isOnly && path.length > 1
        ? remove(result, path.slice(0, -2), Number(path.at(-2)))
        : remove(result, path, index);
  }
  return result;
}

function addOnce(text: string, path: JSONPath, value: unknown): string {
  return indexOf(text, path, value) >= 0 ? text : append(text, path, value);
}

/** Appends to an array in its own layout; creates the array if there is none. */
function append(text: string, path: JSONPath, value: unknown): string {
  const array = arrayOf(text, path);
  if (array === undefined) return setProperty(text, String(path.at(-1)), [value]);
  const last = array.children?.at(-1);
  return last === undefined
    ? replaced(text, array, [value])
    : insertBehind(text, { last, container: array, added: written(value) });
}

/** Inserts an item before the first one of a nonempty array. */
function prepend(text: string, key: string, value: unknown): string {
  const array = arrayOf(text, [key])!;
  const first = array.children![0]!;
  const gap = isOneLine(text, array) ? ' ' : lineBreak(text, first);
  return `${text.slice(0, first.offset)}${written(value)},${gap}${text.slice(first.offset)}`;
}

/** Sets a property of the policy object; a new property becomes the last one. */
function setProperty(text: string, key: string, value: unknown): string {
  const root = parseTree(text);
  if (root === undefined) return newPolicyText(text, key, value);
  const node = findNodeAtLocation(root, [key]);
  if (node !== undefined) return replaced(text, node, value);
  const last = root.children?.at(-1);
  const added = `${JSON.stringify(key)}: ${written(value)}`;
  return last === undefined
    ? `${text.slice(0, root.offset)}{ ${added} }${text.slice(root.offset + root.length)}`
    : insertBehind(text, { last, container: root, added });
}

/** Policy with one property, below the comments of a file without a policy. */
function newPolicyText(text: string, key: string, value: unknown): string {
  const above = text.trim() === '' ? '' : `${text.trimEnd()}\n`;
  return `${above}${written({ version: 1, [key]: value })}\n`;
}

function replaced(text: string, { offset, length }: Node, value: unknown): string {
  return text.slice(0, offset) + written(value) + text.slice(offset + length);
}

/** Adds an item or a property after the last one, on a separate line if the others have one. */
function insertBehind(
  text: string,
  { last, container, added }: { last: Node; container: Node; added: string },
): string {
  const end = last.offset + last.length;
  if (isOneLine(text, container)) return `${text.slice(0, end)}, ${added}${text.slice(end)}`;
  // A comment after the last one stays with it.
  const [tail = '', comma = ''] =
    /^(,?)[ \t]*(?:\/\/[^\r\n]*)?(?=\r?\n)/.exec(text.slice(end)) ?? [];
  const rest = tail.slice(comma.length);
  return `${text.slice(0, end)},${rest}${lineBreak(text, last)}${added}${comma}${text.slice(end + tail.length)}`;
}

function isOneLine(text: string, { offset, length }: Node): boolean {
  return !text.slice(offset, offset + length).includes('\n');
}

/** Line break with the indentation of the line of `node`. */
function lineBreak(text: string, { offset }: Node): string {
  const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
  return `${text.includes('\r\n') ? '\r\n' : '\n'}${/^[ \t]*/.exec(line)![0]}`;
}

/** JSON on one line, with spaces inside braces and after commas. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${written(item)}`,
  );
  return `{ ${entries.join(', ')} }`;
}

/** Removes an item from an array with its comma and space. */
function remove(text: string, path: JSONPath, index: number): string {
  const items = arrayOf(text, path)!.children!;
  const item = items[index]!;
  const previous = items[index - 1];
  const next = items[index + 1];
  const from = previous === undefined ? item.offset : previous.offset + previous.length;
  const to = previous === undefined && next ? next.offset : item.offset + item.length;
  return text.slice(0, from) + text.slice(to);
}

function arrayOf(text: string, path: JSONPath): Node | undefined {
  const root = parseTree(text);
  const node = root === undefined ? undefined : findNodeAtLocation(root, path);
  return node?.type === 'array' ? node : undefined;
}

function arrayAt(text: string, path: JSONPath): Record<string, unknown>[] {
  const node = arrayOf(text, path);
  if (node === undefined) return [];
  return (getNodeValue(node) as unknown[]).map((item) =>
    typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {},
  );
}

/** Index of a value in an array, ignoring case. */
function indexOf(text: string, path: JSONPath, value: unknown): number {
  const key = (item: unknown): string => JSON.stringify(item).toLowerCase();
  const node = arrayOf(text, path);
  return node === undefined
    ? -1
    : (getNodeValue(node) as unknown[]).findIndex((item) => key(item) === key(value));
}
