import { forestPlot } from '../../charts/forestPlot.js';
import type { Scene } from '../../charts/scene.js';
import { maskingMessage } from '../../runs/maskingMessage.js';
import { ENGLISH, renderMessage } from '../../messages/render.js';
import type { MeanEstimate } from '../../stats/intervals.js';
import { formatP } from '../comparisonTable.js';
import { textBlock as text, type Block, type Report } from '../report/report.js';
import { verdictMessage } from '../verdictText.js';
import { digestOf } from './designStudy.js';
import type { Study, StudyMetric } from './study.js';
import { betterOf, type StudyCell, type StudyResults } from './studyResults.js';

export interface StudyReportInput {
  readonly study: Study;
  readonly results: StudyResults;
}

/** Image of the forest plot, or `null` while no rival has a result. */
function studyForest({ study, results }: StudyReportInput): Scene | null {
  const { arms, metric, margin, primary } = study.design;
  const rows = arms.flatMap(({ name }, arm) => {
    const { against } = results.cells[arm]![results.primary]!;
    if (against === null) return [];
    const { mean, interval, differences } = against.gains;
    return [
      {
        name,
        mean,
        interval,
        gains: differences,
        verdict: verdictOf(results.cells[arm]![results.primary]!, metric, false),
      },
    ];
  });
  if (rows.length === 0) return null;
  const best = rows.reduce((a, b) => (b.mean > a.mean ? b : a));
  return forestPlot(rows, {
    summary: `Gains over ${arms[0]!.name}. ${best.name}: ${gain(best.mean, metric)}, ${best.verdict}.`,
    axis: `Gain over ${arms[0]!.name} on “${primary}” (${unitOf(metric)}; right is better)`,
    margin,
    format: (value) => gain(value, metric),
  });
}

/** The report of a study, whose Markdown names the file of the forest plot. */
export function studyReport(input: StudyReportInput, forestFile: string): Report {
  const forest = studyForest(input);
  return {
    title: input.study.design.name,
    blocks: blocksOf(
      input,
      forest === null
        ? []
        : [{ kind: 'image', scene: forest, file: forestFile, alt: 'Forest plot of the gains' }],
    ),
  };
}

function blocksOf({ study, results }: StudyReportInput, forest: readonly Block[]): Block[] {
  const { design, digest, added, createdAt, masklab, id } = study;
  const { arms, masks, metric, margin, seeds, split, primary, hypothesis } = design;
  const isExploratory = added.length > 0 || digestOf(design) !== digest;
  const baseline = arms[0]!.name;
  const items = results.items[results.primary];
  const blocks: Block[] = [];
  if (hypothesis !== null)
    blocks.push(text(`Hypothesis, recorded before the first run: ${hypothesis}`));
  if (isExploratory) {
    blocks.push(
      text(
        'Exploratory: seeds or the design changed after the first results. P-values and verdicts do not hold as they would for a design that was decided before.',
      ),
    );
  }
  blocks.push(
    { kind: 'heading', text: 'Result' },
    text(
      `Every model is scored on the same masked tokens of the ${split === 'test' ? 'test' : 'held-out'} split. The mask “${primary}” decides: ${items == null ? 'no model has been scored yet' : `${items.tokens} masked tokens in ${items.sequences} sequences`}. Gains are paired by seed; positive is better than “${baseline}”.`,
    ),
    ...forest,
    {
      kind: 'table',
      head: [
        'policy',
        'n',
        `${metric} ± 95%`,
        `gain (${unitOf(metric)}) [95%]`,
        'wins',
        'p',
        'p (Holm)',
        'verdict',
      ],
      rows: arms.map(({ name }, arm) => {
        const cell = results.cells[arm]![results.primary]!;
        return [
          name,
          String(cell.results.length),
          estimateText(cell.estimate, metric),
          ...gainTexts(cell, metric),
          verdictOf(cell, metric, arm === 0),
        ];
      }),
    },
  );
  if (results.missing.length > 0) {
    blocks.push(
      text(
        `Without a result, and left out: ${results.missing.map(({ arm, seed }) => `${arm} with seed ${seed}`).join(', ')}.`,
      ),
    );
  }
  blocks.push(
    { kind: 'heading', text: 'Policy by mask' },
    text(
      `${metric === 'loss' ? 'Loss in nats per masked token; lower is better' : 'Share of the masked tokens that are predicted; higher is better'}. Compare within a column: other columns mask other tokens. Columns other than “${primary}” were not chosen to decide; their intervals are not corrected for the number of columns.`,
    ),
    {
      kind: 'table',
      head: ['policy', ...masks.map(({ name }) => `masks: ${name}`)],
      rows: arms.map(({ name }, arm) => [
        name,
        ...results.cells[arm]!.map(({ estimate }) => estimateText(estimate, metric)),
      ]),
    },
  );
  if (results.words.length === arms.length) {
    blocks.push(
      { kind: 'heading', text: 'Scores without a mask' },
      text(
        'Pseudo-log-likelihood word by word (PLL-word-l2r, Kauf & Ivanova 2023, arXiv:2305.10588). Bits per character can be compared across tokenizers. Lower is better.',
      ),
      {
        kind: 'table',
        head: ['policy', 'bits per word', 'bits per character'],
        rows: arms.map(({ name }, arm) => [
          name,
          numberWithReach(results.words[arm]!.bitsPerWord, (value) => value.toFixed(3)),
          numberWithReach(results.words[arm]!.bitsPerCharacter, (value) => value.toFixed(4)),
        ]),
      },
    );
  }
  blocks.push(
    { kind: 'heading', text: 'Gains by seed' },
    {
      kind: 'table',
      head: ['policy', ...seeds.map((seed) => `seed ${seed}`)],
      rows: arms.slice(1).map(({ name }, i) => [
        name,
        ...seeds.map((seed) =>
          seedGain(results.cells[0]![results.primary]!, results.cells[i + 1]![results.primary]!, {
            seed,
            metric,
          }),
        ),
      ]),
    },
    { kind: 'heading', text: 'Method' },
    {
      kind: 'list',
      items: [
        `Policies: ${arms.map(({ name, policy }) => `${name} (${renderMessage(maskingMessage(policy), ENGLISH)})`).join('; ')}.`,
        `Seeds: ${seeds.join(', ')}. All policies have the same data, splits, model, options and seeds.`,
        'Masked tokens are always replaced by the mask token when models are scored; the masks of a sequence depend on its content, not on a seed.',
        `Verdicts: 95% t interval over seeds and exact sign-flip test with Holm’s correction for ${arms.length - 1} ${arms.length === 2 ? 'comparison' : 'comparisons'}. “Better” needs an interval above 0 and a corrected p below 0.05.`,
        margin === null
          ? 'No margin of practical equality was set.'
          : `Margin of practical equality: ±${gain(margin, metric).replace('+', '')}.`,
        `Study ${id}, created ${createdAt} with Masklab ${masklab}. Design ${digest}${isExploratory ? ', changed since' : ', unchanged since then'}.`,
      ],
    },
    text(
      'Everything needed to repeat the study is in study.json and in run.json of each run. The design:',
    ),
    { kind: 'code', text: JSON.stringify(design, null, 2) },
  );
  return blocks;
}

/** The deciding result as lines of plain text. */
export function studySummaryLines({ study, results }: StudyReportInput): string[] {
  const { arms, metric } = study.design;
  return arms.map(({ name }, arm) => {
    const cell = results.cells[arm]![results.primary]!;
    const [gained = ''] = gainTexts(cell, metric);
    const parts = [estimateText(cell.estimate, metric), gained, verdictOf(cell, metric, arm === 0)];
    return `${name.padEnd(NAME_WIDTH)}  n=${cell.results.length}  ${parts.filter((part) => part !== '').join('  ')}`;
  });
}

const NAME_WIDTH = 20;

function seedGain(
  baseline: StudyCell,
  rival: StudyCell,
  { seed, metric }: { readonly seed: number; readonly metric: StudyMetric },
): string {
  const before = baseline.results.find((result) => result.seed === seed)?.value;
  const after = rival.results.find((result) => result.seed === seed)?.value;
  if (before === undefined || after === undefined) return '–';
  return gain(betterOf(metric) === 'more' ? after - before : before - after, metric);
}

function gainTexts({ against }: StudyCell, metric: StudyMetric): string[] {
  if (against === null) return ['', '', '', ''];
  const { mean, interval, positive, n, p } = against.gains;
  const range =
    interval === null ? '' : ` [${gain(interval.low, metric)}, ${gain(interval.high, metric)}]`;
  return [
    `${gain(mean, metric)}${range}`,
    `${positive}/${n}`,
    formatP(p),
    formatP(against.adjustedP),
  ];
}

function verdictOf(
  { against, estimate }: StudyCell,
  metric: StudyMetric,
  isBaseline: boolean,
): string {
  if (estimate === null) return 'no result yet';
  if (isBaseline) return 'baseline';
  if (against === null) return 'no seed in common with the baseline';
  return renderMessage(
    verdictMessage(against.verdict, (value) => gain(value, metric).replace('+', '')),
    ENGLISH,
  );
}

function estimateText(estimate: MeanEstimate | null, metric: StudyMetric): string {
  if (estimate === null) return '–';
  return numberWithReach(estimate, (value) =>
    metric === 'accuracy' ? `${(value * 100).toFixed(2)}%` : value.toFixed(4),
  );
}

function numberWithReach(
  { mean, interval }: MeanEstimate,
  format: (value: number) => string,
): string {
  return interval === null ? format(mean) : `${format(mean)} ± ${format(interval.high - mean)}`;
}

/** A gain with its sign: nats, or percentage points of accuracy. */
function gain(value: number, metric: StudyMetric): string {
  const shown = metric === 'accuracy' ? (value * 100).toFixed(2) : value.toFixed(4);
  const sign = value > 0 ? '+' : '';
  return `${sign}${shown.replace('-', '−')}${metric === 'accuracy' ? ' pp' : ''}`;
}

function unitOf(metric: StudyMetric): string {
  return metric === 'accuracy' ? 'percentage points' : 'nats per masked token';
}
