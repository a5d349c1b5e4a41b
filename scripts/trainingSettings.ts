/**
 * Writes the settings `masklab.training.*` of `package.json` and their English texts in
 * `package.nls.json` from the table of run options. A unit test compares them, so that the manifest
 * cannot drift.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isTextForNumber, OFF, settingDefaultOf } from '../src/core/runs/optionSettings.js';
import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOptionName } from '../src/core/runs/options.js';
import {
  OPTION_GROUPS,
  type OptionGroup,
  type RunOption,
} from '../src/core/runs/options/runOption.js';
import { PRETRAINING_DEFAULTS } from '../src/core/specs/pretraining.js';

const PREFIX = 'masklab.training.';
const root = path.join(import.meta.dirname, '..');

interface Section {
  readonly id: string;
  readonly title: string;
  readonly order: number;
  readonly properties: Record<string, Record<string, unknown>>;
}

/** Sections of the settings editor, one for each group of options, and the English texts by key. */
export interface TrainingSettings {
  readonly sections: readonly Section[];
  readonly texts: Readonly<Record<string, string>>;
}

export function trainingSettings(): TrainingSettings {
  const texts: Record<string, string> = {};
  const keyFor = (key: string, text: string): string => {
    texts[key] = text;
    return `%${key}%`;
  };
  const sections = (Object.keys(OPTION_GROUPS) as OptionGroup[]).map((group, i) => {
    const names = RUN_OPTION_NAMES.filter(
      (name) => RUN_OPTIONS[name].group === group && RUN_OPTIONS[name].isSetting,
    );
    return {
      id: `masklab.training.${group}`,
      title: keyFor(`section.training.${group}`, OPTION_GROUPS[group]),
      order: i + 2,
      properties: Object.fromEntries(
        names.map((name, order) => [
          PREFIX + name,
          {
            ...schemaOf(name, keyFor),
            default: settingDefaultOf(name),
            order,
            scope: 'resource',
            markdownDescription: keyFor(`setting.training.${name}`, descriptionOf(name)),
          },
        ]),
      ),
    };
  });
  return { sections, texts };
}

type KeyFor = (key: string, text: string) => string;

function schemaOf(name: RunOptionName, keyFor: KeyFor): Record<string, unknown> {
  const option: RunOption = RUN_OPTIONS[name];
  const key = `setting.training.${name}`;
  const pattern = (source: string, help: string): Record<string, unknown> => ({
    pattern: source,
    patternErrorMessage: keyFor(`${key}.pattern`, help),
  });
  switch (option.type) {
    case 'number': {
      if (isTextForNumber(option)) {
        const help = `Enter auto, or a number between ${option.least ?? 0} and ${option.most}.`;
        return { type: 'string', ...pattern('^(auto|\\d*\\.?\\d+([eE][+-]?\\d+)?)$', help) };
      }
      const isZeroSpecial = option.preset === undefined || option.words !== undefined;
      return {
        type: option.isWhole ? 'integer' : 'number',
        ...(option.above === undefined || isZeroSpecial
          ? { minimum: isZeroSpecial ? 0 : option.least }
          : { exclusiveMinimum: option.above }),
        maximum: option.most,
      };
    }
    case 'choice': {
      const choices = option.preset === undefined ? [OFF, ...option.choices] : option.choices;
      const help: Readonly<Record<string, string>> = {
        ...option.choiceHelp,
        [OFF]: option.offHelp ?? '',
      };
      return {
        type: 'string',
        enum: choices,
        enumDescriptions: choices.map((choice) => keyFor(`${key}.${choice}`, help[choice] ?? '')),
      };
    }
    case 'switch':
      return { type: 'boolean' };
    case 'list': {
      const help = option.choiceHelp ?? {};
      return {
        type: 'array',
        items: {
          type: 'string',
          ...(option.choices === undefined
            ? {}
            : {
                enum: option.choices,
                enumDescriptions: option.choices.map((choice) =>
                  keyFor(`${key}.${choice}`, help[choice] ?? ''),
                ),
              }),
        },
        uniqueItems: true,
      };
    }
    case 'text':
      return {
        type: 'string',
        ...(option.pattern === undefined
          ? {}
          : pattern(`^$|${sourceOf(option.pattern)}`, option.patternHelp ?? '')),
      };
  }
}

/** The pattern without its flag for case, which JSON schemas do not have. */
function sourceOf({ source, ignoreCase }: RegExp): string {
  return ignoreCase ? source.replaceAll('[GM]B', '[gGmM][bB]') : source;
}

/** Effect, default, and links to related settings, as Markdown. */
function descriptionOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  const forNewModel = PRETRAINING_DEFAULTS[name];
  const newModel =
    forNewModel === undefined || option.otherwise.startsWith(forNewModel)
      ? ''
      : ` For a new model: ${forNewModel}.`;
  const word =
    option.type === 'number' && option.words !== undefined
      ? ` \`0\` ${option.wordHelp ?? ''}.`
      : '';
  const see =
    option.related === undefined
      ? ''
      : ` See also ${option.related.map((other) => `\`#${PREFIX}${other}#\``).join(', ')}.`;
  return `${option.help}.${word} ${defaultOf(name)}${newModel}${see}`;
}

function defaultOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  const value = settingDefaultOf(name);
  const isSpecial =
    (option.type === 'number' || option.type === 'choice') && option.preset === undefined;
  return `Default${isSpecial ? ` (\`${String(value)}\`)` : ''}: ${option.otherwise}.`;
}

interface Manifest {
  contributes: { configuration: readonly Partial<Section>[] };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(path.join(root, file), `${JSON.stringify(value, null, 2)}\n`);
}

function main(): void {
  const manifest = readJson('package.json') as Manifest;
  const { sections, texts } = trainingSettings();
  const { contributes, capabilities } = manifest;
  const written = new Map(sections.map((section) => [section.id, section]));
  const isOurs = ({ id }: Partial<Section>): boolean => id?.startsWith(PREFIX) === true;
  const first = contributes.configuration.findIndex(isOurs);
  contributes.configuration = contributes.configuration.flatMap((section, i) =>
    i === first ? [...written.values()] : isOurs(section) ? [] : [section],
  );
  const { untrustedWorkspaces } = capabilities;
  untrustedWorkspaces.restrictedConfigurations = [
    ...untrustedWorkspaces.restrictedConfigurations.filter((name) => !name.startsWith(PREFIX)),
    ...sections.flatMap(({ properties }) => Object.keys(properties)),
  ];
  writeJson('package.json', manifest);
  const known = readJson('package.nls.json') as Record<string, string>;
  const kept = Object.entries(known).filter(
    ([key]) => !/^(setting|section)\.training\./.test(key) || Object.hasOwn(texts, key),
  );
  writeJson('package.nls.json', { ...Object.fromEntries(kept), ...texts });
}

if (process.argv[1] === import.meta.filename) main();
