/**
 * Runs a study of ways of training for each data set with a shift, in `.cache/shift-studies/<set>`,
 * and writes its report to `docs/studies/shift/<set>.md`. A study that was interrupted continues, with
 * the same options.
 * Needs the data sets (`scripts/studies/shiftedData.ts`) and the built command line
 * (`node esbuild.mjs`).
 *
 *     npx tsx scripts/studies/shiftStudies.ts [set…] [--seeds 5] [--threads 2] [--arms plain,unstable]
 *         [--plan] [--data .cache/shifted] [--out .cache/shift-studies] [--pages docs/studies/shift]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import {
  armsFor,
  policiesOf,
  SHIFT_ARMS,
  studyFileOf,
  type ShiftArm,
} from './shifted/shiftArms.js';
import { SHIFTED_SETS } from './shifted/shiftedSets.js';
import { CHOICES, wordsByChoice } from './shifted/shiftWords.js';

const ROOT = path.join(import.meta.dirname, '../..');
/** Passes over the training texts: mails are long. */
const EPOCHS = { mail: 2, others: 3 };

const setSchema = z.object({ name: z.string(), description: z.string() });
const rowSchema = z.object({ text: z.string(), label: z.string() });

interface Options {
  /** Folder with a folder per data set. */
  readonly data: string;
  /** Folder with a folder per study. */
  readonly out: string;
  /** Folder of the pages. */
  readonly pages: string;
  readonly seeds: number;
  readonly threads: number;
  /** Names of arms; `null` for all but extra ones. */
  readonly arms: readonly string[] | null;
  /** Whether only the plan is shown. */
  readonly isPlan: boolean;
}

/** Writes data, policies and the study file of a set, and returns its arms. */
function prepare(set: string, folder: string, options: Options): readonly ShiftArm[] {
  const data = path.join(folder, 'data');
  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(data, { recursive: true, force: true });
  fs.cpSync(path.join(options.data, set), data, { recursive: true });
  const isIn = (name: string): boolean => fs.existsSync(path.join(data, `${name}.jsonl`));
  const hasSample = isIn('shift-dev');
  const words = wordsByChoice(rowsOf(data, 'train'), hasSample ? rowsOf(data, 'shift-dev') : null);
  for (const [name, policy] of Object.entries(policiesOf(words))) write(folder, name, policy);
  const arms = armsFor(words, { hasSample, names: options.arms });
  const { seeds, threads } = options;
  const shifted = fs
    .readdirSync(data)
    .filter((name) => /^shift-(?!dev).*\.jsonl$/.test(name))
    .map((name) => name.replace('.jsonl', ''));
  const tests = ['test', ...shifted.sort((a, b) => rankOf(set, a) - rankOf(set, b))];
  const epochs = set.startsWith('mail') ? EPOCHS.mail : EPOCHS.others;
  write(
    folder,
    `${set}.study.jsonc`,
    studyFileOf({ set, arms, tests, words, seeds, threads, epochs }),
  );
  write(folder, 'words.json', words);
  return arms;
}

/** The test that decides is the one that the shifted sample is from. */
function rankOf(set: string, test: string): number {
  const first: Readonly<Record<string, string>> = { opinions: 'shift-foods', mail: 'shift-hard' };
  const wanted = first[set.replace(/-(?:whole|body)$/, '')] ?? 'shift-flipped';
  return test === wanted ? 0 : 1;
}

function rowsOf(folder: string, name: string): z.infer<typeof rowSchema>[] {
  const lines = fs
    .readFileSync(path.join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => rowSchema.parse(JSON.parse(line)));
}

function write(folder: string, name: string, content: unknown): void {
  fs.writeFileSync(path.join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}

/** The command line in the folder of a study, whose output is shown. Throws if it fails. */
function masklab(folder: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`masklab ${args.join(' ')} failed in ${folder}`);
}

/** The folder of the study that was created before; `null` if there is none. */
function studyIn(folder: string): string | null {
  const studies = path.join(folder, '.masklab/studies');
  if (!fs.existsSync(studies)) return null;
  const [newest] = fs.readdirSync(studies).sort().reverse();
  return newest === undefined ? null : path.join(studies, newest);
}

const designSchema = z.object({
  design: z.object({
    arms: z.array(z.object({ name: z.string() })),
    seeds: z.array(z.number()),
  }),
});

/** Throws if a study that was begun has other arms or another number of seeds. */
function refuseOtherDesign(
  study: string,
  arms: readonly ShiftArm[],
  { seeds }: Pick<Options, 'seeds'>,
): void {
  const { design } = designSchema.parse(readJson(path.join(study, 'study.json')));
  const [begun, wanted] = [design.arms, arms].map((list) =>
    list.map(({ name }) => name).join(', '),
  );
  if (begun === wanted && design.seeds.length === seeds) return;
  throw new Error(
    `${study} was begun with the arms ${begun} and ${design.seeds.length} seeds: give these, or remove its folder`,
  );
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function runSet(set: string, options: Options): void {
  const folder = path.join(options.out, set);
  const arms = prepare(set, folder, options);
  const file = `${set}.study.jsonc`;
  if (options.isPlan) {
    masklab(folder, ['study', 'plan', file]);
    return;
  }
  const begun = studyIn(folder);
  if (begun === null) {
    masklab(folder, ['study', 'run', file]);
  } else {
    refuseOtherDesign(begun, arms, options);
    masklab(folder, ['study', 'resume', begun]);
  }
  writePage(set, studyIn(folder)!, { folder, arms, pages: options.pages });
}

/** Writes the page of a study from its report, and its forest plot beside it. */
function writePage(
  set: string,
  study: string,
  { folder, arms, pages }: { folder: string; arms: readonly ShiftArm[]; pages: string },
): void {
  const { description } = setSchema.parse(readJson(path.join(folder, 'data/set.json')));
  const words = readJson(path.join(folder, 'words.json')) as Record<string, readonly string[]>;
  const report = fs.readFileSync(path.join(study, 'report.md'), 'utf8');
  const plot = `${set}.svg`;
  fs.mkdirSync(pages, { recursive: true });
  fs.copyFileSync(path.join(study, 'forest.svg'), path.join(pages, plot));
  const page = [
    report.replaceAll('forest.svg', plot).trimEnd(),
    '## Data',
    `${description} See [Data sets with a shift](README.md).`,
    '## Arms',
    table(
      ['arm', 'training'],
      arms.map(({ name, description: text }) => [name, text]),
    ),
    '## Words',
    table(
      ['chosen', 'number', 'words'],
      CHOICES.map((choice) => {
        const list = words[choice] ?? [];
        return [choice, String(list.length), list.map((word) => `\`${word}\``).join(' ')];
      }),
    ),
    `Written by \`npx tsx scripts/studies/shiftStudies.ts ${set}\`.`,
  ];
  const file = path.join(pages, `${set}.md`);
  fs.writeFileSync(file, `${page.join('\n\n')}\n`);
  spawnSync('npx', ['prettier', '--write', file], { cwd: ROOT });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const { values, positionals } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    arms: { type: 'string' },
    data: { type: 'string', default: path.join(ROOT, '.cache/shifted') },
    plan: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(ROOT, '.cache/shift-studies') },
    pages: { type: 'string', default: path.join(ROOT, 'docs/studies/shift') },
  },
  allowPositionals: true,
});
for (const wanted of positionals) {
  if (SHIFTED_SETS.some(({ name }) => name === wanted)) continue;
  throw new Error(`no set ${wanted}: one of ${SHIFTED_SETS.map(({ name }) => name).join(', ')}`);
}
for (const { name } of SHIFTED_SETS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const arms = values.arms === 'all' ? SHIFT_ARMS.map((arm) => arm.name) : values.arms?.split(',');
  runSet(name, {
    ...{ data: path.resolve(values.data), out: path.resolve(values.out) },
    ...{ pages: path.resolve(values.pages), isPlan: values.plan },
    ...{ seeds: Number(values.seeds), threads: Number(values.threads), arms: arms ?? null },
  });
}
