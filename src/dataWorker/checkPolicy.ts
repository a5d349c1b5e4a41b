import { findNodeAtLocation, parseTree, type JSONPath, type ParseError } from 'jsonc-parser';
import { describeError, problemOf, toAppErrorData } from '../core/errors.js';
import { parsePolicy, policyProblems } from '../core/masking/policy/policyFile.js';
import type { MaskingPolicy } from '../core/masking/policy/policy.js';
import { readLists, type PolicyText } from '../node/policies/readPolicy.js';
import type { DataWorkerResponse } from '../protocol/dataWorker.js';
import { ENGLISH } from '../core/messages/render.js';

type Problems = DataWorkerResponse<'checkPolicy'>['problems'];

/**
 * What is wrong with a policy, the files that it names included, each in its place. Nothing where
 * it is not JSON: the editor marks that itself.
 */
export async function checkPolicy(policy: PolicyText): Promise<Problems> {
  const errors: ParseError[] = [];
  parseTree(policy.text, errors, { allowTrailingComma: true });
  if (errors.length > 0) return [];
  const problems = policyProblems(policy.text);
  if (problems.length > 0) {
    return problems.map(({ offset, length, message, remedy }) => ({
      ...{ offset, length },
      message: `${message} ${remedy}`,
    }));
  }
  return fileProblems(policy);
}

/** Word lists and audits that cannot be used, marked where they are named. */
async function fileProblems({ text, ...place }: PolicyText): Promise<Problems> {
  const policy = parsePolicy(text, place.file);
  const root = parseTree(text);
  const problems: Problems[number][] = [];
  for (const { path, part } of partsOf(policy)) {
    try {
      await readLists({ ...policy, rules: [], never: [], ...part }, place);
    } catch (thrown) {
      const { message, remedy } = describeError(withoutFile(toAppErrorData(thrown)), ENGLISH);
      const node = root === undefined ? undefined : findNodeAtLocation(root, path);
      const { offset = 0, length = 1 } = node ?? {};
      problems.push({ offset, length, message: `${message} ${remedy}` });
    }
  }
  return problems;
}

/** Every rule and every exception that names a file, by itself. */
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

/** The mark stands in the policy: its name need not be said again. */
function withoutFile(error: ReturnType<typeof toAppErrorData>): typeof error {
  if (error.code !== 'Data') return error;
  return { code: 'UserInput', details: { problem: problemOf(error) } };
}
