import { parseDocument, readDocument, type DocumentKind } from '../../jsonDocument/jsonDocument.js';
import type { DocumentProblem } from '../../jsonDocument/documentProblem.js';
import { problem } from '../../messages/message.js';
import { maskingPolicySchema, type MaskingPolicy } from './policy.js';
import { policyCheckProblem } from './policyChecks.js';
import { contentProblems } from './policyContent.js';

const POLICY: DocumentKind<MaskingPolicy> = {
  schema: maskingPolicySchema,
  empty: problem('masking.emptyPolicy', { example: '{ "version": 1 }' }),
  contentProblems,
  ofCheck: policyCheckProblem,
};

/** All problems in the text of a policy in order, to mark them in an editor. */
export function policyProblems(text: string): DocumentProblem[] {
  return readDocument(text, POLICY).problems;
}

/**
 * Parses a policy: JSON with comments and trailing commas. Throws `Data` with the file and the line
 * of the first problem.
 */
export function parsePolicy(text: string, file: string): MaskingPolicy {
  return parseDocument(text, file, POLICY);
}
