import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type * as z from 'zod';
import { contentProblems } from './policyContent.js';
import { explainIssue } from './policyIssues.js';
import type { PolicyProblem, ProblemAt } from './policyProblem.js';
import { maskingPolicySchema, type MaskingPolicy } from './policy.js';

/** Reads the text of a policy and says all that is wrong with it, in order. */
export function readPolicyText(text: string): {
  policy: MaskingPolicy | null;
  problems: PolicyProblem[];
} {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined) return { policy: null, problems: [EMPTY] };
  const [syntax] = errors;
  if (syntax) return { policy: null, problems: [syntaxProblem(syntax)] };
  const repeated = repeatedKeys(root);
  const value: unknown = getNodeValue(root);
  const parsed = maskingPolicySchema.safeParse(value);
  const found = parsed.success ? contentProblems(parsed.data) : issuesOf(parsed.error, value);
  const problems = [...repeated, ...found.map((problem) => placed(problem, root))];
  problems.sort((a, b) => a.offset - b.offset);
  return { policy: parsed.success && problems.length === 0 ? parsed.data : null, problems };
}

const EMPTY: PolicyProblem = {
  offset: 0,
  length: 1,
  message: 'There is no policy in this file.',
  remedy: 'Write one, beginning with { "version": 1 }, or make one from the gallery.',
};

function issuesOf({ issues }: z.ZodError, value: unknown): ProblemAt[] {
  const misspelled = issues.filter(({ code }) => code === 'unrecognized_keys');
  // What is wrong with an object as a whole is most often the key that is misspelled in it.
  const causes = issues.filter(
    ({ code, path }) =>
      code !== 'custom' || !misspelled.some((other) => other.path.join() === path.join()),
  );
  return causes.flatMap((issue) => explainIssue(issue, value));
}

function placed({ path, key, message, remedy }: ProblemAt, root: Node): PolicyProblem {
  const node = nearestNode(root, path);
  const property = node.children?.find((child) => child.children?.[0]?.value === key);
  // The key alone, or for what is wrong with a whole object its opening brace.
  const at = key !== undefined && property ? property.children![0]! : node;
  const length = at.type === 'object' ? 1 : at.length;
  return { offset: at.offset, length, message, remedy };
}

function nearestNode(root: Node, path: JSONPath): Node {
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    if (node) return node;
  }
  return root;
}

/** JSON takes the last of two equal keys without a word; a person would look at the first. */
function repeatedKeys(node: Node): PolicyProblem[] {
  const seen = new Set<unknown>();
  return (node.children ?? []).flatMap((child) => {
    const below = repeatedKeys(child);
    const key = child.type === 'property' ? child.children?.[0] : undefined;
    if (key === undefined) return below;
    if (!seen.has(key.value)) {
      seen.add(key.value);
      return below;
    }
    const message = `"${String(key.value)}" stands here twice.`;
    const { offset, length } = key;
    return [{ offset, length, message, remedy: 'Remove one of them.' }, ...below];
  });
}

const SYNTAX: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'A key in quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is missing here.',
  CommaExpected: 'A comma is missing before this.',
  CloseBraceExpected: 'A closing brace } is missing.',
  CloseBracketExpected: 'A closing bracket ] is missing.',
  EndOfFileExpected: 'Something stands behind the end of the policy.',
  UnexpectedEndOfComment: 'This comment is not closed.',
  UnexpectedEndOfString: 'The closing quote of this text is missing.',
  InvalidEscapeCharacter: 'There is no such escape; a backslash itself is written \\\\.',
  InvalidCharacter: 'This character cannot stand in a text: write it as an escape, such as \\n.',
};

function syntaxProblem({ error, offset, length }: ParseError): PolicyProblem {
  return {
    offset,
    length: Math.max(1, length),
    message: SYNTAX[printParseErrorCode(error)] ?? 'This is not JSON.',
    remedy: 'Mend it here; comments and trailing commas are allowed.',
  };
}
