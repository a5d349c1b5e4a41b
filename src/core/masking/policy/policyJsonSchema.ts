import { jsonSchemaOf } from '../../jsonDocument/schemaKeys.js';
import { maskingPolicySchema } from './policy.js';

/** JSON schema (draft-07) of policies as they are written in files. */
export function policyJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(maskingPolicySchema);
}
