/** Collects every text that the editor shows, from the messages and from the sources. */
import fs from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { MESSAGES, PROBLEMS } from '../src/core/messages/catalogue.js';
import { labelOf, RUN_OPTION_NAMES, RUN_OPTIONS } from '../src/core/runs/options.js';
import { OPTION_GROUPS, type RunOption } from '../src/core/runs/options/runOption.js';
import type { Text, Wording } from '../src/core/messages/wording.js';

/** English templates of the editor: keys of its bundles. Literals are found by `@vscode/l10n-dev`. */
export async function editorTemplates(root: string): Promise<Set<string>> {
  const files = ['src/host', 'webview'].flatMap((zone) => sourcesOf(path.join(root, zone)));
  const literals = await getL10nJson(
    joinedByImports(files.map((file) => fs.readFileSync(file, 'utf8'))).map((contents) => ({
      extension: '.ts' as const,
      contents,
    })),
  );
  return new Set(
    [...catalogueTemplates('editor'), ...optionTemplates(), ...Object.keys(literals)].filter(
      Boolean,
    ),
  );
}

/** Names and descriptions of the options of a run and of their choices, as forms show them. */
function optionTemplates(): string[] {
  return [
    ...Object.values(OPTION_GROUPS),
    ...RUN_OPTION_NAMES.flatMap((name) => {
      const option: RunOption = RUN_OPTIONS[name];
      const choices = 'choiceHelp' in option ? Object.values(option.choiceHelp) : [];
      const labels = 'choiceLabels' in option ? Object.values(option.choiceLabels) : [];
      const off = 'offHelp' in option ? [option.offHelp] : [];
      return [labelOf(name), `${option.help}.`, ...labels, ...choices, ...off];
    }),
  ];
}

/** English templates of all messages and problems for one surface. */
export function catalogueTemplates(surface: 'editor' | 'commandLine'): string[] {
  const texts: Text[] = [
    ...Object.values(MESSAGES),
    ...Object.values(PROBLEMS).flatMap(({ problem, remedy }) => [problem, remedy]),
  ];
  return texts.flatMap((text) => wordings(text, surface)).filter((template) => template !== '');
}

function wordings(text: Text, surface: 'editor' | 'commandLine'): string[] {
  const wording: Wording = typeof text === 'object' && 'editor' in text ? text[surface] : text;
  return typeof wording === 'string' ? [wording] : [wording.one, wording.other];
}

/** Imports of what `@vscode/l10n-dev` looks for. */
const L10N_IMPORTS = /^import [^;]*from '(?:vscode|@vscode\/l10n)';\n/gm;

/** Joins sources with the same imports, since `@vscode/l10n-dev` takes a fifth of a second for each import. */
function joinedByImports(sources: readonly string[]): string[] {
  const joined = new Map<string, string[]>();
  for (const source of sources) {
    const imports = (source.match(L10N_IMPORTS) ?? []).join('');
    const rest = joined.get(imports);
    const body = source.replaceAll(L10N_IMPORTS, '');
    if (rest === undefined) joined.set(imports, [body]);
    else rest.push(body);
  }
  return [...joined].map(([imports, bodies]) => `${imports}${bodies.join('\n')}`);
}

function sourcesOf(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
