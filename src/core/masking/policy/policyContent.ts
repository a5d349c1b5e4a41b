import type { ProblemAt } from '../../jsonDocument/documentProblem.js';
import { nearest } from '../../jsonDocument/nearest.js';
import { problem } from '../../messages/message.js';
import type { Selecting } from '../selectors/compileSelector.js';
import { patternProblem } from './patternProblem.js';
import { BUILTIN_LEXICONS, type MaskingPolicy } from './policy.js';

const BUILTIN = 'builtin:';

/** Problems of a policy that matches the schema: patterns, names of lists, duplicate rule names. */
export function contentProblems({ rules, never }: MaskingPolicy): ProblemAt[] {
  const names = new Set<string>();
  return [
    ...rules.flatMap((rule, index) => {
      const found = selectorProblems(rule, ['rules', index]);
      const { name } = rule;
      if (names.has(name)) {
        const path = ['rules', index, 'name'];
        found.push({ path, problem: problem('masking.duplicateRuleName', { name }) });
      }
      names.add(name);
      return found;
    }),
    ...never.flatMap((entry, index) => selectorProblems(entry, ['never', index])),
  ];
}

function selectorProblems({ pattern, lexicon }: Selecting, path: ProblemAt['path']): ProblemAt[] {
  const problems: ProblemAt[] = [];
  if (pattern !== undefined) {
    const found = patternProblem(pattern);
    if (found !== null) problems.push({ path: [...path, 'pattern'], problem: found });
  }
  if (lexicon?.startsWith(BUILTIN)) {
    const known = BUILTIN_LEXICONS.map((name) => `${BUILTIN}${name}`);
    if (!known.includes(lexicon)) {
      const suggestion = nearest(lexicon, known);
      const args = { list: lexicon, lists: { list: known, join: 'or' } } as const;
      problems.push({
        path: [...path, 'lexicon'],
        problem:
          suggestion === null
            ? problem('masking.unknownList', args)
            : problem('masking.misspelledList', { ...args, suggestion }),
      });
    }
  }
  return problems;
}
