import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  modify,
  parseTree,
  type FormattingOptions,
  type JSONPath,
  type Node,
} from 'jsonc-parser';

/** A place in a file as a policy writes it down: by its text and what stands around it. */
export interface Place {
  readonly file: string;
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

export type Decision = 'always' | 'never';

/** What the rule of the places is called that people choose in the editor. */
const PLACES_RULE = 'chosen by hand';

/**
 * Writes a word into the policy's `always` or `never`, and takes it out of the other. Comments and
 * formatting stay as they are. Returns the policy's new text, which is the old one where the word
 * already stood there.
 */
export function decideWord(policyText: string, word: string, decision: Decision): string {
  return decision === 'always'
    ? addOnce(withoutWord(policyText, neverWordPaths(policyText), word), ['always'], word)
    : neverMaskWord(withoutWord(policyText, [['always']], word), word);
}

/** Writes a place into the policy: under a rule that always masks it, or under `never`. */
export function decidePlace(policyText: string, place: Place, decision: Decision): string {
  if (decision === 'never') return addToNever(policyText, 'places', place);
  const rules = arrayAt(policyText, ['rules']);
  const at = rules.findIndex(({ places, rate }) => Array.isArray(places) && (rate ?? 1) === 1);
  if (at >= 0) return addOnce(policyText, ['rules', at, 'places'], place);
  const rule = { name: PLACES_RULE, places: [place] };
  // The first rule that matches counts, so what a person chose by hand comes first.
  return set(policyText, ['rules', 0], rule, { isInsertion: rules.length > 0 });
}

/** Writes the seed into the policy. */
export function setSeed(policyText: string, seed: number): string {
  return set(policyText, ['seed'], seed);
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
    // A selector must not be empty: its entry goes with its last word.
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

/** Adds to the end of an array in the way the array is laid out; makes it where there is none. */
function append(text: string, path: JSONPath, value: unknown): string {
  const last = arrayOf(text, path)?.children?.at(-1);
  if (last === undefined) return set(text, path, [value]);
  const array = last.parent!;
  const isOneLine = !text.slice(array.offset, array.offset + array.length).includes('\n');
  if (!isOneLine) {
    return set(text, [...path, array.children!.length], value, { isInsertion: true });
  }
  const end = last.offset + last.length;
  return `${text.slice(0, end)}, ${JSON.stringify(value)}${text.slice(end)}`;
}

/** Takes an item out of an array, with the comma and the space that set it off. */
function remove(text: string, path: JSONPath, index: number): string {
  const items = arrayOf(text, path)!.children!;
  const item = items[index]!;
  const previous = items[index - 1];
  const next = items[index + 1];
  const from = previous === undefined ? item.offset : previous.offset + previous.length;
  const to = previous === undefined && next ? next.offset : item.offset + item.length;
  return text.slice(0, from) + text.slice(to);
}

function set(
  text: string,
  path: JSONPath,
  value: unknown,
  { isInsertion = false }: { isInsertion?: boolean } = {},
): string {
  const options = { formattingOptions: formattingOf(text), isArrayInsertion: isInsertion };
  return applyEdits(text, modify(text, path, value, options));
}

function formattingOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
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

/** Words are the same in any case. */
function indexOf(text: string, path: JSONPath, value: unknown): number {
  const key = (item: unknown): string => JSON.stringify(item).toLowerCase();
  const node = arrayOf(text, path);
  return node === undefined
    ? -1
    : (getNodeValue(node) as unknown[]).findIndex((item) => key(item) === key(value));
}
