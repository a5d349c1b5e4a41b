import { jsonSchemaOf } from '../jsonDocument/schemaKeys.js';
import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOptionName } from '../runs/options.js';
import type { NumberOption, RunOption } from '../runs/options/runOption.js';
import { runFileSchema } from './runFile.js';

type Schema = Record<string, unknown>;

const FIXED: Readonly<Record<string, string>> = {
  name: 'Name of the run. Default: a generated name.',
  experiment: 'Experiment that the run belongs to. Default: the default experiment.',
  data: 'Files, folders or globs with text or tables, relative to this file. A glob that starts with ! excludes what it matches.',
  exclude: 'Globs of files and folders to skip when folders are searched.',
  seeds: 'Seeds, instead of one seed: one run for each. They are trained one after the other.',
  newModel:
    'Vocabulary and architecture of a new model to pre-train, instead of a model to start from.',
  model:
    'Run or model folder to start from, relative to this file, or organization/name of a downloaded model. Default: the bundled model.',
};

/** JSON schema (draft-07) of run files, by which editors complete and check them. */
export function runFileJsonSchema(): Schema {
  return withOptions(jsonSchemaOf(runFileSchema));
}

/** A schema with the keys of a run file, with descriptions and the values of the options. */
export function withOptions(schema: Schema): Schema {
  const own = schema['properties'] as Record<string, Schema>;
  const options = optionProperties();
  const properties = Object.fromEntries(
    Object.entries(own).map(([key, value]): [string, Schema] => {
      const option = options[key];
      const description = FIXED[key] ?? option?.['description'];
      const values = key === 'masking' ? value : { ...value, ...option };
      return [key, description === undefined ? values : { ...values, description }];
    }),
  );
  return { ...schema, properties };
}

/** JSON schemas of the options of a run, by name. */
export function optionProperties(): Record<string, Schema> {
  return Object.fromEntries(
    RUN_OPTION_NAMES.map((name) => [
      name,
      { ...valueSchemaOf(RUN_OPTIONS[name]), description: descriptionOf(name) },
    ]),
  );
}

function descriptionOf(name: RunOptionName): string {
  const { help, otherwise } = RUN_OPTIONS[name];
  return `${help}. Default: ${otherwise}.`;
}

function valueSchemaOf(option: RunOption): Schema {
  switch (option.type) {
    case 'number': {
      const number = numberSchemaOf(option);
      return option.words === undefined
        ? number
        : { anyOf: [number, { type: 'string', enum: option.words }] };
    }
    case 'choice':
      return {
        type: 'string',
        enum: option.choices,
        ...(option.choiceHelp === undefined
          ? {}
          : {
              enumDescriptions: option.choices.map((choice) => option.choiceHelp?.[choice] ?? ''),
            }),
      };
    case 'switch':
      return { type: 'boolean' };
    case 'list':
      return {
        type: 'array',
        items: {
          type: 'string',
          ...(option.choices === undefined ? {} : { enum: option.choices }),
        },
      };
    case 'text':
      return {
        type: 'string',
        ...(option.pattern === undefined ? {} : { pattern: option.pattern.source }),
      };
  }
}

function numberSchemaOf({ isWhole, least, above, most }: NumberOption): Schema {
  return {
    type: isWhole ? 'integer' : 'number',
    ...(least === undefined ? {} : { minimum: least }),
    ...(above === undefined ? {} : { exclusiveMinimum: above }),
    maximum: most,
  };
}
