import { jsonSchemaOf } from '../../jsonDocument/schemaKeys.js';
import { optionProperties, withOptions } from '../../specs/runFileJsonSchema.js';
import { ARM_OPTION_NAMES, studyFileSchema } from './studyFile.js';

type Schema = Record<string, unknown>;

/** An option with one value, or with several from which the study chooses. */
function withChoice({ description, ...value }: Schema): Schema {
  const several = {
    type: 'object',
    description: 'Values from which the study chooses one by the score on its development texts.',
    properties: { choose: { type: 'array', items: value, minItems: 2 } },
    required: ['choose'],
    additionalProperties: false,
  };
  return { description, anyOf: [value, several] };
}

/** JSON schema (draft-07) of study files, by which editors complete and check them. */
export function studyFileJsonSchema(): Schema {
  const schema = jsonSchemaOf(studyFileSchema);
  const properties = schema['properties'] as Record<string, Schema>;
  const arms = properties['arms']!;
  const arm = arms['items'] as Schema;
  const options = optionProperties();
  const own = Object.fromEntries(
    ARM_OPTION_NAMES.map((name) => [name, withChoice(options[name]!)]),
  );
  return {
    ...schema,
    properties: {
      ...properties,
      run: withOptions(properties['run']!),
      arms: {
        ...arms,
        items: { ...arm, properties: { ...(arm['properties'] as Schema), ...own } },
      },
    },
  };
}
