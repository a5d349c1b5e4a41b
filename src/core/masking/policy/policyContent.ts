import { nearest } from './nearest.js';
import { explainPattern } from './patternProblem.js';
import { BUILTIN_LEXICONS, type MaskingPolicy } from './policy.js';
import type { ProblemAt } from './policyProblem.js';
import type { Selecting } from '../selectors/compileSelector.js';

const BUILTIN = 'builtin:';

/** What is wrong with a policy that has the right form: patterns, list names, rules of one name. */
export function contentProblems({ rules, never }: MaskingPolicy): ProblemAt[] {
  const names = new Set<string>();
  return [
    ...rules.flatMap((rule, index) => {
      const found = selectorProblems(rule, ['rules', index]);
      if (names.has(rule.name)) {
        found.push({
          path: ['rules', index, 'name'],
          message: `Two rules are called "${rule.name}".`,
          remedy: 'Give each rule a name of its own: previews and reports tell them apart by it.',
        });
      }
      names.add(rule.name);
      return found;
    }),
    ...never.flatMap((entry, index) => selectorProblems(entry, ['never', index])),
  ];
}

function selectorProblems({ pattern, lexicon }: Selecting, path: ProblemAt['path']): ProblemAt[] {
  const problems: ProblemAt[] = [];
  if (pattern !== undefined) {
    const wrong = explainPattern(pattern);
    if (wrong !== null) problems.push({ path: [...path, 'pattern'], ...wrong });
  }
  if (lexicon?.startsWith(BUILTIN)) {
    const known = BUILTIN_LEXICONS.map((name) => `${BUILTIN}${name}`);
    if (!known.includes(lexicon)) {
      const meant = nearest(lexicon, known);
      problems.push({
        path: [...path, 'lexicon'],
        message: `There is no list "${lexicon}".${meant === null ? '' : ` Did you mean "${meant}"?`}`,
        remedy: `Write one of ${known.join(', ')}, or the name of a text file.`,
      });
    }
  }
  return problems;
}
