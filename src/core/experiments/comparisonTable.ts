import { renderMessage, type Words } from '../messages/render.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../runs/metrics.js';
import type { MeanEstimate } from '../stats/intervals.js';
import type { Comparison, ComparedGroup } from './comparison.js';
import { formatParameter, parameterName } from './differences.js';
import { groupVerdict } from './verdictText.js';

/** A row of a comparison as text. */
export interface ComparisonRow {
  readonly name: string;
  readonly n: string;
  /** Mean ± half the 95% interval. */
  readonly value: string;
  /** Mean gain over the baseline with its 95% interval. */
  readonly gain: string;
  readonly wins: string;
  readonly p: string;
  readonly adjustedP: string;
  readonly verdict: string;
}

/** Rows of a comparison for a person, the baseline first. */
export function comparisonRows(comparison: Comparison, words: Words): ComparisonRow[] {
  return comparison.groups.map((group, i) => ({
    name: group.name,
    n: group.estimate === null ? '0' : String(group.estimate.n),
    value: meanText(group.estimate, comparison.metric, words),
    ...againstTexts(group, comparison),
    verdict: renderMessage(
      groupVerdict(group, {
        isBaseline: i === 0,
        asDifference: (value) => formatDifference(value, comparison),
      }),
      words,
    ),
  }));
}

/** Mean of a metric ± half its 95% interval. */
export function meanText(
  estimate: Pick<MeanEstimate, 'mean' | 'interval'> | null,
  metric: HeldOutMetricName,
  { locale }: Words,
): string {
  const { format } = HELD_OUT_METRICS[metric];
  if (estimate === null) return format(null, locale);
  const { mean, interval } = estimate;
  const reach = interval === null ? '' : ` ± ${format(interval.high - mean, locale)}`;
  return `${format(mean, locale)}${reach}`;
}

function againstTexts(
  { against }: ComparedGroup,
  comparison: Comparison,
): Pick<ComparisonRow, 'gain' | 'wins' | 'p' | 'adjustedP'> {
  if (against === null) return { gain: '', wins: '', p: '', adjustedP: '' };
  const { mean, interval, positive, n, p } = against.gains;
  const difference = (value: number): string => formatDifference(value, comparison, true);
  const range =
    interval === null ? '' : ` [${difference(interval.low)}, ${difference(interval.high)}]`;
  return {
    gain: `${difference(mean)}${range}`,
    wins: `${positive}/${n}`,
    p: formatP(p),
    adjustedP: formatP(against.adjustedP),
  };
}

/** A difference of the metric: `0.26`, of shares in percentage points; with its sign if wanted. */
export function formatDifference(
  value: number,
  { metric }: Pick<Comparison, 'metric'>,
  isSigned = false,
): string {
  const isShare = HELD_OUT_METRICS[metric].format(1).endsWith('%');
  const shown = Number((isShare ? value * 100 : value).toPrecision(3));
  const sign = isSigned && shown > 0 ? '+' : '';
  const text = `${sign}${String(shown).replace('-', '−')}`;
  return isShare ? `${text} pp` : text;
}

/** `0.031`, or `<0.001` */
export function formatP(p: number): string {
  return p < 0.001 ? '<0.001' : String(Number(p.toPrecision(2)));
}

/** Parameters that differ, with a text per group. */
export function differenceRows({
  differences,
}: Comparison): { readonly name: string; readonly parameter: string; readonly values: string[] }[] {
  return differences.map(({ parameter, values }) => ({
    name: parameterName(parameter),
    parameter,
    values: values.map((value) => (value === null ? '–' : formatParameter(value))),
  }));
}

/** One line that states every choice of a comparison, in the way of sacreBLEU's signatures. */
export function signatureOf(comparison: Comparison, release: string): string {
  const { metric, split, groups, margin } = comparison;
  const rivals = groups.filter(({ against }) => against !== null).length;
  const seeds = groups.flatMap(({ against }) => (against === null ? [] : [against.gains.n]));
  return [
    `metric:${metric}`,
    `split:${split}`,
    `pairs:seed`,
    `n:${seeds.length === 0 ? 0 : Math.min(...seeds)}`,
    'ci:t95',
    'test:sign-flip',
    `adjust:holm${rivals}`,
    `margin:${margin ?? 'none'}`,
    `masklab:${release}`,
  ].join('|');
}
