import {
  comparisonRows,
  differenceRows,
  formatDifference,
  formatP,
  signatureOf,
  type ComparisonRow,
} from '../core/experiments/comparisonTable.js';
import { markdownLines } from '../core/experiments/tableText.js';
import type { ItemsCompared } from '../core/experiments/itemScores.js';
import { maskingNote } from '../core/experiments/verdictText.js';
import { formatCount } from '../core/format.js';
import { alignedLines } from '../core/text/cells.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { compareRuns, findGroups, type RunsCompared } from '../node/runs/compareRuns.js';
import { packageVersions } from '../node/runs/packageVersions.js';
import { usageError } from './commandLineError.js';
import { print, printJson } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import type { CommandShape, CommandValues } from './usage.js';

export const COMPARE: CommandShape = {
  name: 'compare',
  group: 'training',
  usage: '<baseline> <run> … [options]',
  summary: 'Compare runs with a baseline, over seeds and over single examples',
  notes: [
    'A run is named by its id, the start or end of its id, its name or its folder; an experiment stands for all its runs. Runs that differ in nothing but their seed are one row.',
    "Whether a setting is better is judged by the gains of the seeds that both were trained with: 95% t interval, exact sign-flip test, Holm's correction for the number of rivals. Whether two models differ is judged by their predictions for the same examples: paired bootstrap and approximate randomization, by group or file.",
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    metric: { shape: '<name>', help: 'Metric to compare', otherwise: 'the first of the task' },
    test: { help: 'Compare results on the test split instead of the held-out split' },
    margin: {
      shape: '<number>',
      help: 'Largest difference that makes no practical difference, to be set before the results are known',
      otherwise: 'none',
    },
    markdown: { help: 'Print Markdown tables' },
    json: { help: 'Print JSON instead of tables' },
  },
  examples: [
    'masklab compare plain-random opinion-words',
    'masklab compare masking-study --metric loss --markdown',
  ],
};

export async function compareCommand(values: CommandValues): Promise<void> {
  if (values.positionals.length === 0) {
    throw usageError('"masklab compare" requires a baseline and runs to compare.', COMPARE.name);
  }
  const groups = await findGroups(values.positionals, runsFolderFrom(values));
  if (groups.length < 2) {
    throw usageError(
      'These names stand for runs that differ in nothing but their seed. Name at least one other run.',
      COMPARE.name,
    );
  }
  const compared = await compareRuns(groups, {
    metric: values.text('metric'),
    split: values.has('test') ? 'test' : 'heldOut',
    margin: marginOf(values.text('margin')),
  });
  const signature = signatureOf(compared, packageVersions().masklab ?? '');
  if (values.has('json')) printJson(asJson(compared, signature));
  else print(report(compared, signature, values.has('markdown')).join('\n'));
}

function marginOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  const margin = Number(given);
  if (given.trim() !== '' && Number.isFinite(margin) && margin > 0) return margin;
  throw usageError(`--margin must be a number above 0, but "${given}" was given.`, COMPARE.name);
}

const COLUMNS: readonly [keyof ComparisonRow, string][] = [
  ['name', 'setting'],
  ['n', 'n'],
  ['value', 'mean ± 95%'],
  ['gain', 'gain [95%]'],
  ['wins', 'wins'],
  ['p', 'p'],
  ['adjustedP', 'p (Holm)'],
  ['verdict', 'verdict'],
];

function report(compared: RunsCompared, signature: string, isMarkdown: boolean): string[] {
  const { metric, better, split, groups, items } = compared;
  const label = renderMessage(HELD_OUT_METRICS[metric].label, ENGLISH);
  const direction = better === 'more' ? 'higher' : 'lower';
  const rows = comparisonRows(compared, ENGLISH);
  const table = isMarkdown ? markdownTable : plainTable;
  const lines = [
    `${split === 'test' ? 'Test' : 'Held-out'} ${label} (${direction} is better). The first row is the baseline.`,
    '',
    ...table([
      COLUMNS.map(([, heading]) => heading),
      ...rows.map((row) => COLUMNS.map(([key]) => row[key])),
    ]),
  ];
  const note = maskingNote(groups);
  if (note !== null) lines.push('', renderMessage(note, ENGLISH));
  const left = groups.reduce((sum, group) => sum + group.left.length, 0);
  if (left > 0) lines.push('', `Without a result, and left out: ${left} of the runs.`);
  lines.push(
    '',
    'Differences in settings',
    '',
    ...table([
      ['parameter', ...groups.map((_, i) => `#${i + 1}`)],
      ...differenceRows(compared).map(({ parameter, values }) => [parameter, ...values]),
    ]),
  );
  const itemLines = items.flatMap((found, i) =>
    found === null ? [] : itemsText(found, i, rows[i]!.name),
  );
  if (itemLines.length > 0) {
    lines.push('', 'Models of the same seed, on the same examples', '', ...itemLines);
  }
  lines.push('', signature);
  return lines;
}

/** Comparison of two models, which says nothing about other seeds. */
function itemsText({ loss, cluster, right }: ItemsCompared, i: number, name: string): string[] {
  const gain = (value: number): string => formatDifference(value, { metric: 'loss' }, true);
  const examples = formatCount(loss.items, 'example');
  const size =
    cluster === 'example' ? examples : `${examples} in ${formatCount(loss.clusters, cluster)}`;
  const lines = [
    `#${i + 1} ${name}: loss gain ${gain(loss.difference)} [${gain(loss.interval.low)}, ${gain(loss.interval.high)}] nats, p ${formatP(loss.p)} (${size}, ${loss.method})`,
  ];
  if (right !== null) {
    const p = right.p === null ? '' : `, McNemar p ${formatP(right.p)}`;
    lines.push(
      `   right in both ${right.both}, only in the baseline ${right.onlyFirst}, only here ${right.onlySecond}, in neither ${right.neither}${p}`,
    );
  }
  return lines;
}

function plainTable(rows: readonly (readonly string[])[]): string[] {
  return alignedLines(rows).map((line) => `  ${line}`.trimEnd());
}

function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  return markdownLines({ head, rows });
}

function asJson({ groups, items, ...comparison }: RunsCompared, signature: string): object {
  return {
    ...comparison,
    groups: groups.map(({ runs, left, ...group }, i) => ({
      ...group,
      runs: runs.map(({ id }) => id),
      left: left.map(({ id }) => id),
      items: items[i],
    })),
    signature,
  };
}
