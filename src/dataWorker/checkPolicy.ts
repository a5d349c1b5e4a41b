import { findNodeAtLocation, parseTree, type JSONPath, type ParseError } from 'jsonc-parser';
import { problemOf, toAppErrorData } from '../core/errors.js';
import { parsePolicy, policyProblems } from '../core/masking/policy/policyFile.js';
import type { MaskingPolicy } from '../core/masking/policy/policy.js';
import { readLists, type PolicyText } from '../node/policies/readPolicy.js';
import type { DataWorkerResponse } from '../protocol/dataWorker.js';

type Problems = DataWorkerResponse<'checkPolicy'>['problems'];

/**
 * Finds the problems of a policy and of the files that it names, with their places. Finds none in
 * invalid JSON, which the editor marks by itself.
 */
export async function checkPolicy(policy: PolicyText): Promise<Problems> {
  const errors: ParseError[] = [];
  parseTree(policy.text, errors, { allowTrailingComma: true });
  if (errors.length > 0) return [];
  const problems = policyProblems(policy.text);
  return problems.length > 0 ? problems : fileProblems(policy);
}

/** Problems of word lists and audits, each at the name of the file in the policy. */
async function fileProblems({ text, ...place }: PolicyText): Promise<Problems> {
  const policy = parsePolicy(text, place.file);
  const root = parseTree(text);
  const problems: Problems[number][] = [];
  for (const { path, part } of partsOf(policy)) {
    try {
      await readLists({ ...policy, rules: [], never: [], ...part }, place);
    } catch (thrown) {
      const node = root === undefined ? undefined : findNodeAtLocation(root, path);
      const { offset = 0, length = 1 } = node ?? {};
      problems.push({ offset, length, problem: problemOf(toAppErrorData(thrown)) });
    }
  }
  return problems;
}

/** Every rule and every `never` entry as a policy with that part alone, and its path. */
function partsOf({
  rules,
  never,
}: MaskingPolicy): { path: JSONPath; part: Partial<Pick<MaskingPolicy, 'rules' | 'never'>> }[] {
  const named = (entry: {
    lexicon?: string | undefined;
    fromAudit?: string | undefined;
  }): string => (entry.fromAudit === undefined ? 'lexicon' : 'fromAudit');
  return [
    ...rules.map((rule, i) => ({ path: ['rules', i, named(rule)], part: { rules: [rule] } })),
    ...never.map((entry, i) => ({ path: ['never', i, named(entry)], part: { never: [entry] } })),
  ];
}
