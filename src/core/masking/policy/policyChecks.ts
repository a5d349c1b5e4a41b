import type { JSONPath } from 'jsonc-parser';
import type { ProblemAt } from '../../jsonDocument/documentProblem.js';
import { problem } from '../../messages/message.js';
import { SELECTOR_NAMES } from './policy.js';

/** Problem of a check that the schema of policies makes by itself. */
export function policyCheckProblem(path: JSONPath, value: unknown): ProblemAt {
  return path.at(-1) === 'replace'
    ? { path, problem: problem('masking.replacementSum', { sum: sumOf(value) }) }
    : selectorCount(path, value);
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
