import type { JSONPath } from 'jsonc-parser';
import * as z from 'zod';
import { maskingPolicySchema } from './policy.js';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** JSON schema (draft-07) of policies as they are written in files. */
export function policyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(maskingPolicySchema, { io: 'input', target: 'draft-7' });
}

let known: JsonSchema | null = null;

/** Keys that are allowed in the object at a path of a policy. */
export function keysAt(path: JSONPath): string[] {
  let at: JsonSchema | undefined = (known ??= policyJsonSchema() as JsonSchema);
  for (const part of path) at = step(at, part);
  return Object.keys(at?.properties ?? {});
}

function step(schema: JsonSchema | undefined, part: string | number): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  const next = typeof part === 'number' ? schema.items : schema.properties?.[part];
  const objects = [next, ...(next?.anyOf ?? [])];
  return objects.find((one) => one?.properties ?? one?.items) ?? next;
}
