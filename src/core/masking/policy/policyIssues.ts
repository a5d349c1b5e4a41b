import type { JSONPath } from 'jsonc-parser';
import type * as z from 'zod';
import { nearest } from './nearest.js';
import { SELECTOR_NAMES } from './policy.js';
import { keysAt } from './policyJsonSchema.js';
import type { ProblemAt } from './policyProblem.js';

type Issue = z.core.$ZodIssue;

/** Says in words what a schema found wrong. */
export function explainIssue(issue: Issue, policy: unknown): ProblemAt[] {
  const path = issue.path as JSONPath;
  const name = nameOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path));
    case 'invalid_type':
      return [wrongType(path, { name, expected: issue.expected, value: valueAt(policy, path) })];
    case 'invalid_value':
      return [notAmong(path, { name, values: issue.values, value: valueAt(policy, path) })];
    case 'too_big':
    case 'too_small':
      return [outOfRange(path, { name, issue, value: valueAt(policy, path) })];
    case 'custom':
      return [brokenRule(path, issue.message, valueAt(policy, path))];
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return [
        {
          path,
          message: sentence(issue.message),
          remedy: 'Change it here; hovering the key says what it takes.',
        },
      ];
  }
}

/** What the schema's own checks found: on selectors, or on shares. */
function brokenRule(path: JSONPath, message: string, value: unknown): ProblemAt {
  const remedy = 'Change it here; hovering the key says what it takes.';
  if (path[0] !== 'rules' && path[0] !== 'never')
    return { path, message: sentence(message), remedy };
  if (path.at(-1) === 'replace') return { path, message: sentence(message), remedy };
  const named = SELECTOR_NAMES.filter((name) => Object.hasOwn(Object(value) as object, name));
  return named.length === 0
    ? {
        path,
        message: 'Nothing here says what to look for.',
        remedy: `Add one of ${SELECTOR_NAMES.join(', ')}.`,
      }
    : {
        path,
        key: named[1]!,
        message: `${named.map((name) => `"${name}"`).join(' and ')} cannot stand together.`,
        remedy: 'Keep one of them, and make another entry of the other.',
      };
}

function unknownKey(key: string, path: JSONPath): ProblemAt {
  const known = keysAt(path);
  const meant = nearest(key, known);
  return {
    path,
    key,
    message: `There is no "${key}" in ${path.length === 0 ? 'a policy' : `"${nameOf(path)}"`}.${meant === null ? '' : ` Did you mean "${meant}"?`}`,
    remedy: meant === null ? `Known here: ${known.join(', ')}.` : `Write "${meant}" instead.`,
  };
}

function wrongType(
  path: JSONPath,
  { name, expected, value }: { name: string; expected: string; value: unknown },
): ProblemAt {
  if (value === undefined) {
    const isVersion = path.join() === 'version';
    return {
      path: path.slice(0, -1),
      message: `"${name}" is missing.`,
      remedy: isVersion ? 'Write "version": 1.' : `Add it: ${article(expected)}.`,
    };
  }
  return {
    path,
    message: `"${name}" must be ${article(expected)}, not ${JSON.stringify(value)}.`,
    remedy: `Write ${article(expected)} here.`,
  };
}

function notAmong(
  path: JSONPath,
  { name, values, value }: { name: string; values: readonly unknown[]; value: unknown },
): ProblemAt {
  if (value === undefined) {
    const example = JSON.stringify(values[0]);
    return {
      path: path.slice(0, -1),
      message: `"${name}" is missing.`,
      remedy: `Write "${name}": ${example}.`,
    };
  }
  const texts = values.map(String);
  const meant = typeof value === 'string' ? nearest(value, texts) : null;
  return {
    path,
    message: `"${name}" cannot be ${JSON.stringify(value)}.${meant === null ? '' : ` Did you mean "${meant}"?`}`,
    remedy: `Write one of ${values.map((one) => JSON.stringify(one)).join(', ')}.`,
  };
}

function outOfRange(
  path: JSONPath,
  {
    name,
    issue,
    value,
  }: {
    name: string;
    issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall;
    value: unknown;
  },
): ProblemAt {
  if (issue.origin === 'array' || issue.origin === 'string') {
    const remedy = 'Write something into it, or leave the key out.';
    return { path, message: `"${name}" must not be empty.`, remedy };
  }
  const limit = String(issue.code === 'too_big' ? issue.maximum : issue.minimum);
  const bound =
    issue.code === 'too_big'
      ? issue.inclusive === false
        ? `less than ${limit}`
        : `at most ${limit}`
      : issue.inclusive === false
        ? `more than ${limit}`
        : `at least ${limit}`;
  return {
    path,
    message: `"${name}" must be ${bound}, not ${String(value)}.`,
    remedy: isPercentage(value, issue)
      ? `It is a share, not a percentage: for ${value} % write ${value / 100}.`
      : `Write a number that is ${bound}.`,
  };
}

function isPercentage(
  value: unknown,
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
): value is number {
  const isShare = issue.code === 'too_big' && Number(issue.maximum) === 1;
  return isShare && typeof value === 'number' && value > 1 && value < 100;
}

/** `rules[2].rate` → `rate`; an entry of a list is called after the list. */
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

function article(type: string): string {
  switch (type) {
    case 'string':
      return 'a text in quotes';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list in [ ]';
    case 'object':
      return 'an object in { }';
    case 'int':
      return 'a whole number';
    default:
      return `a ${type}`;
  }
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
