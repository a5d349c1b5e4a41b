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
import { DEEPEST_JSON, nestedTooDeeply } from '../../jsonText.js';
import { message, problem, type Message } from '../../messages/message.js';
import { contentProblems } from './policyContent.js';
import { issueProblems } from './policyIssues.js';
import type { PolicyProblem, ProblemAt } from './policyProblem.js';
import { maskingPolicySchema, type MaskingPolicy } from './policy.js';

/** Parses the text of a policy and returns its problems in order. */
export function readPolicyText(text: string): {
  policy: MaskingPolicy | null;
  problems: PolicyProblem[];
} {
  const deep = nestedTooDeeplyAt(text);
  if (deep !== null) return { policy: null, problems: [deep] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined) return { policy: null, problems: [EMPTY] };
  const [syntax] = errors;
  if (syntax) return { policy: null, problems: [syntaxProblem(syntax)] };
  const repeated = repeatedKeys(root);
  const value: unknown = getNodeValue(root);
  const parsed = maskingPolicySchema.safeParse(value);
  const found = parsed.success ? contentProblems(parsed.data) : issuesOf(parsed.error, value);
  const problems = [...repeated, ...found.map((one) => placed(one, root))];
  problems.sort((a, b) => a.offset - b.offset);
  return { policy: parsed.success && problems.length === 0 ? parsed.data : null, problems };
}

/** Looks for a place that is nested too deeply, without following the nesting. */
function nestedTooDeeplyAt(text: string): PolicyProblem | null {
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

const EMPTY: PolicyProblem = {
  offset: 0,
  length: 1,
  problem: problem('masking.emptyPolicy', { example: '{ "version": 1 }' }),
};

function issuesOf({ issues }: z.ZodError, value: unknown): ProblemAt[] {
  const misspelled = issues.filter(({ code }) => code === 'unrecognized_keys');
  // A misspelled key is usually the cause of a problem of the object as a whole.
  const causes = issues.filter(
    ({ code, path }) =>
      code !== 'custom' || !misspelled.some((other) => other.path.join() === path.join()),
  );
  return causes.flatMap((issue) => issueProblems(issue, value));
}

function placed({ path, key, problem: found }: ProblemAt, root: Node): PolicyProblem {
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
    const { offset, length } = key;
    const found = problem('masking.duplicateKey', { key: String(key.value) });
    return [{ offset, length, problem: found }, ...below];
  });
}

const SYNTAX: Readonly<Record<string, Message>> = {
  PropertyNameExpected: message('masking.jsonKeyExpected'),
  ValueExpected: message('masking.jsonValueExpected'),
  ColonExpected: message('masking.jsonColonExpected'),
  CommaExpected: message('masking.jsonCommaExpected'),
  CloseBraceExpected: message('masking.jsonBraceExpected'),
  CloseBracketExpected: message('masking.jsonBracketExpected'),
  EndOfFileExpected: message('masking.jsonEndExpected'),
  UnexpectedEndOfComment: message('masking.jsonCommentUnclosed'),
  UnexpectedEndOfString: message('masking.jsonStringUnclosed'),
  InvalidEscapeCharacter: message('masking.jsonEscapeInvalid'),
  InvalidCharacter: message('masking.jsonCharacterInvalid'),
};

function syntaxProblem({ error, offset, length }: ParseError): PolicyProblem {
  const reason = SYNTAX[printParseErrorCode(error)] ?? message('masking.jsonInvalid');
  return {
    offset,
    length: Math.max(1, length),
    problem: problem('masking.invalidJson', { reason }),
  };
}
