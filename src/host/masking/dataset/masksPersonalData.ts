import { parse } from 'jsonc-parser';

/** Whether a policy has a rule for personal data. */
export function masksPersonalData(policyText: string): boolean {
  const policy = parse(policyText) as { rules?: unknown } | undefined;
  const rules: unknown[] = Array.isArray(policy?.rules) ? policy.rules : [];
  return rules.some((rule) => typeof rule === 'object' && rule !== null && 'personalData' in rule);
}
