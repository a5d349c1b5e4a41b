import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type * as z from 'zod';
import { AppError } from '../errors.js';
import { DEEPEST_JSON, nestedTooDeeply } from '../jsonText.js';
import { message, problem, type Message, type Problem } from '../messages/message.js';
import { issueProblems, type IssueContext } from './documentIssues.js';
import type { DocumentProblem, ProblemAt } from './documentProblem.js';
import { keysAt } from './schemaKeys.js';

/** A kind of file that people write as JSON with comments and trailing commas. */
export interface DocumentKind<T> {
  readonly schema: z.ZodType<T>;
  /** Problem of a file without content. */
  readonly empty: Problem;
  /** Problems of content that matches the schema. */
  readonly contentProblems?: (content: T) => ProblemAt[];
  /** Problem of a check that the schema makes by itself. Default: the reason of the check. */
  readonly ofCheck?: IssueContext['ofCheck'];
}

export interface ReadDocument<T> {
  /** `null` if there are problems. */
  readonly content: T | null;
  /** In the order of the text. */
  readonly problems: DocumentProblem[];
}

/** Parses the text of a file and returns its problems in order. */
export function readDocument<T>(text: string, kind: DocumentKind<T>): ReadDocument<T> {
  const { schema, empty, contentProblems = () => [], ofCheck } = kind;
  const deep = nestedTooDeeplyAt(text);
  if (deep !== null) return { content: null, problems: [deep] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined)
    return { content: null, problems: [{ offset: 0, length: 1, problem: empty }] };
  const [syntax] = errors;
  if (syntax) return { content: null, problems: [syntaxProblem(syntax)] };
  const repeated = repeatedKeys(root);
  const value: unknown = getNodeValue(root);
  const parsed = schema.safeParse(value);
  const context: IssueContext = { keysAt: (path) => keysAt(schema, path), ofCheck };
  const found = parsed.success
    ? contentProblems(parsed.data)
    : issuesOf(parsed.error, value, context);
  const problems = [...repeated, ...found.map((one) => placed(one, root))];
  problems.sort((a, b) => a.offset - b.offset);
  return { content: parsed.success && problems.length === 0 ? parsed.data : null, problems };
}

/** Parses the text of a file. Throws `Data` with the file and the line of the first problem. */
export function parseDocument<T>(text: string, file: string, kind: DocumentKind<T>): T {
  const { content, problems } = readDocument(text, kind);
  if (content !== null) return content;
  const { offset, problem: first } = problems[0]!;
  const count = problems.length - 1;
  throw new AppError({
    code: 'Data',
    details: {
      file,
      row: text.slice(0, offset).split(/\r\n|\n|\r/).length,
      problem:
        count === 0
          ? first
          : problem('document.severalProblems', { first, count, remedy: { remedyOf: first } }),
    },
  });
}

/** Looks for a place that is nested too deeply, without following the nesting. */
function nestedTooDeeplyAt(text: string): DocumentProblem | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    if ('[{'.includes(text[offset]!)) depth++;
    if (']}'.includes(text[offset]!)) depth--;
    if (depth > DEEPEST_JSON) return { offset, length: 1, problem: nestedTooDeeply().reason };
  }
  return null;
}

function issuesOf({ issues }: z.ZodError, value: unknown, context: IssueContext): ProblemAt[] {
  const misspelled = issues.filter(({ code }) => code === 'unrecognized_keys');
  // A misspelled key is usually the cause of a problem of the object as a whole.
  const causes = issues.filter(
    ({ code, path }) =>
      code !== 'custom' || !misspelled.some((other) => other.path.join() === path.join()),
  );
  return causes.flatMap((issue) => issueProblems(issue, value, context));
}

function placed({ path, key, problem: found }: ProblemAt, root: Node): DocumentProblem {
  const node = nearestNode(root, path);
  const property = node.children?.find((child) => child.children?.[0]?.value === key);
  // The key alone, or the opening brace for a problem of an object as a whole.
  const at = key !== undefined && property ? property.children![0]! : node;
  const length = at.type === 'object' ? 1 : at.length;
  return { offset: at.offset, length, problem: found };
}

function nearestNode(root: Node, path: JSONPath): Node {
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    if (node) return node;
  }
  return root;
}

/** Duplicate keys, of which JSON silently uses the last. */
function repeatedKeys(node: Node): DocumentProblem[] {
  const seen = new Set<unknown>();
  return (node.children ?? []).flatMap((child) => {
    const below = repeatedKeys(child);
    const key = child.type === 'property' ? child.children?.[0] : undefined;
    if (key === undefined) return below;
    if (!seen.has(key.value)) {
      seen.add(key.value);
      return below;
    }
    const { offset, length } = key;
    const found = problem('document.duplicateKey', { key: String(key.value) });
    return [{ offset, length, problem: found }, ...below];
  });
}

const SYNTAX: Readonly<Record<string, Message>> = {
  PropertyNameExpected: message('document.jsonKeyExpected'),
  ValueExpected: message('document.jsonValueExpected'),
  ColonExpected: message('document.jsonColonExpected'),
  CommaExpected: message('document.jsonCommaExpected'),
  CloseBraceExpected: message('document.jsonBraceExpected'),
  CloseBracketExpected: message('document.jsonBracketExpected'),
  EndOfFileExpected: message('document.jsonEndExpected'),
  UnexpectedEndOfComment: message('document.jsonCommentUnclosed'),
  UnexpectedEndOfString: message('document.jsonStringUnclosed'),
  InvalidEscapeCharacter: message('document.jsonEscapeInvalid'),
  InvalidCharacter: message('document.jsonCharacterInvalid'),
};

function syntaxProblem({ error, offset, length }: ParseError): DocumentProblem {
  const reason = SYNTAX[printParseErrorCode(error)] ?? message('document.jsonInvalid');
  return {
    offset,
    length: Math.max(1, length),
    problem: problem('document.invalidJson', { reason }),
  };
}
