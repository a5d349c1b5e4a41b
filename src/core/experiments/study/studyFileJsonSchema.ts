import { jsonSchemaOf } from '../../jsonDocument/schemaKeys.js';
import { withOptions } from '../../specs/runFileJsonSchema.js';
import { studyFileSchema } from './studyFile.js';

/** JSON schema (draft-07) of study files, by which editors complete and check them. */
export function studyFileJsonSchema(): Record<string, unknown> {
  const schema = jsonSchemaOf(studyFileSchema);
  const properties = schema['properties'] as Record<string, Record<string, unknown>>;
  return { ...schema, properties: { ...properties, run: withOptions(properties['run']!) } };
}
