import type { JSONPath } from 'jsonc-parser';
import * as z from 'zod';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
}

/** JSON schema (draft-07) of a file as a person writes it. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
}

const known = new WeakMap<z.ZodType, JsonSchema>();

/** Keys that are allowed in the object at a path of a file. */
export function keysAt(schema: z.ZodType, path: JSONPath): string[] {
  let at: JsonSchema | undefined = known.get(schema);
  if (at === undefined) {
    at = jsonSchemaOf(schema);
    known.set(schema, at);
  }
  for (const part of path) at = step(at, part);
  return Object.keys(at?.properties ?? {});
}

function step(schema: JsonSchema | undefined, part: string | number): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  const named = typeof part === 'number' ? schema.items : schema.properties?.[part];
  const { additionalProperties: others } = schema;
  const next = named ?? (typeof others === 'object' ? others : undefined);
  const objects = [next, ...(next?.anyOf ?? [])];
  return objects.find((one) => one?.properties ?? one?.items) ?? next;
}
