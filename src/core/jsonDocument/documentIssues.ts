import type { JSONPath } from 'jsonc-parser';
import type * as z from 'zod';
import { message, problem, type Message, type Problem } from '../messages/message.js';
import type { ProblemAt } from './documentProblem.js';
import { nearest } from './nearest.js';

type Issue = z.core.$ZodIssue;
type RangeIssue = z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall;

/** Facts about a kind of file that its problems name. */
export interface IssueContext {
  /** Keys that are allowed in the object at a path. */
  readonly keysAt: (path: JSONPath) => string[];
  /** Problem of a check that the schema makes by itself. Default: the reason of the check. */
  readonly ofCheck?: ((path: JSONPath, value: unknown) => ProblemAt) | undefined;
}

/** Problems that an issue of the schema stands for. */
export function issueProblems(issue: Issue, content: unknown, context: IssueContext): ProblemAt[] {
  const path = issue.path as JSONPath;
  const key = nameOf(path);
  const value = valueAt(content, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => unknownKey(unknown, path, context));
    case 'invalid_type':
      return [wrongType(path, { key, expected: typeMessage(issue.expected), value })];
    case 'invalid_value':
      return [notAmong(path, { key, allowed: issue.values, value })];
    case 'too_big':
    case 'too_small':
      return [{ path, problem: rangeProblem(issue, key, value) }];
    case 'custom':
      return [context.ofCheck?.(path, value) ?? invalidValue(path, key, issue.message)];
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return [invalidValue(path, key, issue.message)];
  }
}

function invalidValue(path: JSONPath, key: string, reason: string): ProblemAt {
  return { path, problem: problem('document.invalidValue', { key, reason }) };
}

function unknownKey(key: string, path: JSONPath, { keysAt }: IssueContext): ProblemAt {
  const known = keysAt(path);
  const suggestion = nearest(key, known);
  return {
    path,
    key,
    problem:
      suggestion === null
        ? problem('document.unknownKey', { key, known: { list: known, join: 'or' } })
        : problem('document.misspelledKey', { key, suggestion }),
  };
}

function wrongType(
  path: JSONPath,
  { key, expected, value }: { key: string; expected: Message; value: unknown },
): ProblemAt {
  return value === undefined
    ? { path: path.slice(0, -1), problem: problem('document.missingKey', { key, expected }) }
    : {
        path,
        problem: problem('document.wrongType', { key, expected, value: JSON.stringify(value) }),
      };
}

function notAmong(
  path: JSONPath,
  { key, allowed, value }: { key: string; allowed: readonly unknown[]; value: unknown },
): ProblemAt {
  const written = allowed.map((one) => JSON.stringify(one));
  if (value === undefined) {
    const found = problem('document.missingValue', { key, example: written[0]! });
    return { path: path.slice(0, -1), problem: found };
  }
  const suggestion = typeof value === 'string' ? nearest(value, allowed.map(String)) : null;
  const args = {
    key,
    value: JSON.stringify(value),
    values: { list: written, join: 'or' },
  } as const;
  return {
    path,
    problem:
      suggestion === null
        ? problem('document.unknownValue', args)
        : problem('document.misspelledValue', { ...args, suggestion }),
  };
}

function rangeProblem(issue: RangeIssue, key: string, value: unknown): Problem {
  if (issue.origin === 'array' || issue.origin === 'string') {
    return problem('document.emptyValue', { key });
  }
  const args = { key, bound: boundMessage(issue), value: String(value) };
  return isPercentage(value, issue)
    ? problem('document.percentage', { ...args, fraction: String(value / 100) })
    : problem('document.outOfRange', args);
}

function boundMessage(issue: RangeIssue): Message {
  if (issue.code === 'too_big') {
    const limit = String(issue.maximum);
    return issue.inclusive === false
      ? message('document.lessThan', { limit })
      : message('document.atMost', { limit });
  }
  const limit = String(issue.minimum);
  return issue.inclusive === false
    ? message('document.greaterThan', { limit })
    : message('document.atLeast', { limit });
}

function isPercentage(value: unknown, issue: RangeIssue): value is number {
  const isShare = issue.code === 'too_big' && Number(issue.maximum) === 1;
  return isShare && typeof value === 'number' && value > 1 && value < 100;
}

/** `rules[2].rate` → `rate`; an entry of a list has the name of the list. */
function nameOf(path: JSONPath): string {
  return path.findLast((part) => typeof part === 'string') ?? 'file';
}

function valueAt(value: unknown, path: JSONPath): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined,
    value,
  );
}

function typeMessage(type: string): Message {
  switch (type) {
    case 'string':
      return message('document.typeString');
    case 'boolean':
      return message('document.typeBoolean');
    case 'array':
      return message('document.typeArray');
    case 'object':
      return message('document.typeObject');
    case 'int':
      return message('document.typeInteger');
    case 'number':
      return message('document.typeNumber');
    default:
      return message('document.typeOther', { type });
  }
}
