/**
 * Writes the settings `masklab.training.*` of `package.json` from the table of run options.
 * A unit test compares the two, so that the manifest cannot drift.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOption } from '../src/core/runs/options.js';

const FIRST_ORDER = 10;
const PREFIX = 'masklab.training.';
const file = path.join(import.meta.dirname, '../package.json');

/** JSON schemas of the settings, by their identifiers. */
export function trainingSettings(): Record<string, unknown> {
  const names = RUN_OPTION_NAMES.filter((name) => RUN_OPTIONS[name].isSetting);
  return Object.fromEntries(
    names.map((name, i) => {
      const option: RunOption = RUN_OPTIONS[name];
      return [
        PREFIX + name,
        {
          ...schemaOf(option),
          default: null,
          order: FIRST_ORDER + i,
          scope: 'resource',
          markdownDescription: `${option.help}. \`null\`: ${option.otherwise}.`,
        },
      ];
    }),
  );
}

function schemaOf(option: RunOption): Record<string, unknown> {
  switch (option.type) {
    case 'number':
      return {
        type: [
          option.isWhole ? 'integer' : 'number',
          ...(option.words === undefined ? [] : ['string']),
          'null',
        ],
        ...(option.words === undefined ? {} : { pattern: `^(${option.words.join('|')})$` }),
        ...(option.least === undefined ? {} : { minimum: option.least }),
        ...(option.above === undefined ? {} : { exclusiveMinimum: option.above }),
        maximum: option.most,
      };
    case 'choice':
      return { type: ['string', 'null'], enum: [...option.choices, null] };
    case 'switch':
      return { type: ['boolean', 'null'] };
    case 'list':
      return {
        type: ['array', 'null'],
        items: {
          type: 'string',
          ...(option.choices === undefined ? {} : { enum: [...option.choices] }),
        },
      };
    case 'text':
      return {
        type: ['string', 'null'],
        ...(option.pattern === undefined ? {} : { pattern: option.pattern.source }),
      };
  }
}

interface Manifest {
  contributes: { configuration: { properties: Record<string, unknown> } };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

function main(): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const { configuration } = manifest.contributes;
  const others = Object.entries(configuration.properties).filter(
    ([name]) => !name.startsWith(PREFIX),
  );
  const settings = trainingSettings();
  configuration.properties = { ...Object.fromEntries(others), ...settings };
  const { untrustedWorkspaces } = manifest.capabilities;
  untrustedWorkspaces.restrictedConfigurations = ['masklab.model', ...Object.keys(settings)];
  writeFileSync(file, JSON.stringify(manifest, null, 2) + '\n');
}

if (process.argv[1] === import.meta.filename) main();
