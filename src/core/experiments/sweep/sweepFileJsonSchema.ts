import { jsonSchemaOf } from '../../jsonDocument/schemaKeys.js';
import { RUN_OPTIONS, type RunOptionName } from '../../runs/options.js';
import { optionProperties, withOptions } from '../../specs/runFileJsonSchema.js';
import { sweepFileSchema } from './sweepFile.js';
import { sweepParameterSchema, SWEPT_OPTIONS } from './sweepParameters.js';

type Schema = Record<string, unknown>;

/** JSON schema (draft-07) of sweep files, by which editors complete and check them. */
export function sweepFileJsonSchema(): Schema {
  const schema = jsonSchemaOf(sweepFileSchema);
  const properties = schema['properties'] as Record<string, Schema>;
  return {
    ...schema,
    properties: {
      ...properties,
      run: withOptions(properties['run']!),
      parameters: { ...properties['parameters'], properties: parameterProperties() },
    },
  };
}

/** A list of values for every option, and a range for numbers. */
function parameterProperties(): Record<string, Schema> {
  const options = optionProperties();
  const { properties: all, ...rest } = jsonSchemaOf(sweepParameterSchema);
  delete rest['$schema'];
  const { values, ...range } = all as Record<string, Schema>;
  return Object.fromEntries(
    SWEPT_OPTIONS.map((name: RunOptionName) => {
      const { description, ...value } = options[name]!;
      const properties = {
        values: { ...values, items: value },
        ...(RUN_OPTIONS[name].type === 'number' ? range : {}),
      };
      return [name, { ...rest, properties, description }];
    }),
  );
}
