import type { JSONPath } from 'jsonc-parser';
import type * as z from 'zod';
import { message, problem, type Message, type Problem } from '../../messages/message.js';
import { nearest } from './nearest.js';
import { SELECTOR_NAMES } from './policy.js';
import { keysAt } from './policyJsonSchema.js';
import type { ProblemAt } from './policyProblem.js';

type Issue = z.core.$ZodIssue;
type RangeIssue = z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall;

/** Problems that an issue of the schema stands for. */
export function issueProblems(issue: Issue, policy: unknown): ProblemAt[] {
  const path = issue.path as JSONPath;
  const key = nameOf(path);
  const value = valueAt(policy, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => unknownKey(unknown, path));
    case 'invalid_type':
      return [wrongType(path, { key, expected: typeMessage(issue.expected), value })];
    case 'invalid_value':
      return [notAmong(path, { key, allowed: issue.values, value })];
    case 'too_big':
    case 'too_small':
      return [{ path, problem: rangeProblem(issue, key, value) }];
    case 'custom':
      return [
        path.at(-1) === 'replace'
          ? { path, problem: problem('masking.replacementSum', { sum: sumOf(value) }) }
          : selectorCount(path, value),
      ];
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return [{ path, problem: problem('masking.invalidValue', { key, reason: issue.message }) }];
  }
}

function sumOf(value: unknown): number {
  const parts = Object.values(value as Record<string, number>);
  return Number(parts.reduce((sum, part) => sum + part, 0).toFixed(6));
}

/** An entry that has no selector, or more than one. */
function selectorCount(path: JSONPath, value: unknown): ProblemAt {
  const given = SELECTOR_NAMES.filter((name) => Object.hasOwn(Object(value) as object, name));
  if (given.length === 0) {
    const selectors = { list: SELECTOR_NAMES, join: 'or' } as const;
    return { path, problem: problem('masking.noSelector', { selectors }) };
  }
  const selectors = { list: given.map((name) => `"${name}"`), join: 'and' } as const;
  return { path, key: given[1]!, problem: problem('masking.severalSelectors', { selectors }) };
}

function unknownKey(key: string, path: JSONPath): ProblemAt {
  const known = keysAt(path);
  const suggestion = nearest(key, known);
  return {
    path,
    key,
    problem:
      suggestion === null
        ? problem('masking.unknownKey', { key, known: { list: known, join: 'or' } })
        : problem('masking.misspelledKey', { key, suggestion }),
  };
}

function wrongType(
  path: JSONPath,
  { key, expected, value }: { key: string; expected: Message; value: unknown },
): ProblemAt {
  return value === undefined
    ? { path: path.slice(0, -1), problem: problem('masking.missingKey', { key, expected }) }
    : {
        path,
        problem: problem('masking.wrongType', { key, expected, value: JSON.stringify(value) }),
      };
}

function notAmong(
  path: JSONPath,
  { key, allowed, value }: { key: string; allowed: readonly unknown[]; value: unknown },
): ProblemAt {
  const written = allowed.map((one) => JSON.stringify(one));
  if (value === undefined) {
    const found = problem('masking.missingValue', { key, example: written[0]! });
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
        ? problem('masking.unknownValue', args)
        : problem('masking.misspelledValue', { ...args, suggestion }),
  };
}

function rangeProblem(issue: RangeIssue, key: string, value: unknown): Problem {
  if (issue.origin === 'array' || issue.origin === 'string') {
    return problem('masking.emptyValue', { key });
  }
  const args = { key, bound: boundMessage(issue), value: String(value) };
  return isPercentage(value, issue)
    ? problem('masking.percentage', { ...args, fraction: String(value / 100) })
    : problem('masking.outOfRange', args);
}

function boundMessage(issue: RangeIssue): Message {
  if (issue.code === 'too_big') {
    const limit = String(issue.maximum);
    return issue.inclusive === false
      ? message('masking.lessThan', { limit })
      : message('masking.atMost', { limit });
  }
  const limit = String(issue.minimum);
  return issue.inclusive === false
    ? message('masking.greaterThan', { limit })
    : message('masking.atLeast', { limit });
}

function isPercentage(value: unknown, issue: RangeIssue): value is number {
  const isShare = issue.code === 'too_big' && Number(issue.maximum) === 1;
  return isShare && typeof value === 'number' && value > 1 && value < 100;
}

/** `rules[2].rate` → `rate`; an entry of a list has the name of the list. */
function nameOf(path: JSONPath): string {
  return path.findLast((part) => typeof part === 'string') ?? 'policy';
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
      return message('masking.typeString');
    case 'boolean':
      return message('masking.typeBoolean');
    case 'array':
      return message('masking.typeArray');
    case 'object':
      return message('masking.typeObject');
    case 'int':
      return message('masking.typeInteger');
    case 'number':
      return message('masking.typeNumber');
    default:
      return message('masking.typeOther', { type });
  }
}
