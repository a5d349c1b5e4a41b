import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../../src/cli/commandTable.js';
import { wordsOf } from '../../src/cli/usage.js';
import { flagOf } from '../../src/core/runs/options.js';
import { ROOT } from './sources.js';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly colors: readonly { readonly id: string }[];
    readonly configuration: readonly { readonly properties?: Readonly<Record<string, unknown>> }[];
  };
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const SCRIPTS = new Set(Object.keys(manifest.scripts));
const { colors, configuration } = manifest.contributes;
/** Names of settings and of colors of themes, which look alike. */
const CONFIGURABLE = [
  ...configuration.flatMap(({ properties = {} }) => Object.keys(properties)),
  ...colors.map(({ id }) => id),
];

/** Titles of the editor's commands in every language of the manifest. */
const TITLES = new Set(
  ['package.nls.json', 'package.nls.zh-cn.json'].flatMap((file) =>
    Object.entries(JSON.parse(read(file)) as Record<string, string>)
      .filter(([key]) => key.startsWith('command.'))
      .map(([, title]) => title),
  ),
);

/** Documents for people, as paths from the root of the repository. */
export function documents(): string[] {
  const folders = ['docs', 'examples', 'media'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join(folder, file.split(path.sep).join('/')),
    ),
  );
  return [...readdirSync(ROOT), ...folders].filter((file) => file.endsWith('.md')).sort();
}

/** Everything in a document that does not exist: links, scripts, commands, flags, settings and colors. */
export function offencesOf(file: string, text = read(file)): string[] {
  return [...brokenLinks(file, text), ...brokenNames(text)];
}

/** Documents that a document links to. */
export function linkedDocuments(file: string): string[] {
  return linksOf(read(file))
    .map((link) => resolveLink(file, link).target)
    .filter((target) => target.endsWith('.md'));
}

function linksOf(text: string): string[] {
  const prose = withoutCode(text);
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');
}

function resolveLink(file: string, link: string): { target: string; anchor: string | undefined } {
  const [place = '', anchor] = link.split('#');
  const target = place === '' ? file : path.posix.join(path.posix.dirname(file), place);
  return { target, anchor };
}

function brokenLinks(file: string, text: string): string[] {
  return linksOf(text).filter((link) => {
    const { target, anchor } = resolveLink(file, link);
    if (!existsSync(path.join(ROOT, target))) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(target === file ? text : read(target)).includes(anchor);
  });
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
  );
}

function brokenNames(text: string): string[] {
  const scripts = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].filter(
    ([, name = '']) => !SCRIPTS.has(name),
  );
  const titles = [...text.matchAll(/\*\*Masklab: ([^*]+)\*\*/g)].filter(
    ([, title = '']) => !TITLES.has(title.trim()),
  );
  const settings = [...text.matchAll(/`#?(masklab\.[a-z]\w*(?:\.\w+)*)#?`/g)].filter(
    ([, name = '']) => !CONFIGURABLE.some((key) => key === name || key.startsWith(`${name}.`)),
  );
  const named = [...scripts, ...titles, ...settings].map(([offence]) => offence);
  return [...named, ...codeOf(text).flatMap(brokenCommands)];
}

/** Lines of code blocks, and code in text. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```.*?\n(.*?)^```/gms)].flatMap(([, code = '']) =>
    code.split('\n'),
  );
  const spans = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)];
  return [...blocks, ...spans.map(([, code = '']) => code)];
}

/** Commands in a line of code that the command line does not have, or flags that they don't. */
function brokenCommands(line: string): string[] {
  const [code = ''] = line.split(/\s#\s/);
  const call = /^(?:npx )?masklab (.+)$/.exec(code.trim())?.[1];
  if (call === undefined || /^(<command>|--help|--version|help\b)/.test(call)) return [];
  const words = call.split(/\s+/);
  const command = COMMANDS.find(({ shape }) =>
    wordsOf(shape).every((word, i) => words[i] === word),
  );
  if (command === undefined) return [line];
  const { flags, runOptions = [] } = command.shape;
  const known = new Set([...Object.keys(flags), ...runOptions.map(flagOf), 'help']);
  const given = [...call.matchAll(/(?:^|\s)\[?--([a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
  return given.some((flag) => !known.has(flag)) ? [line] : [];
}
