import type { CrossValidation, LabelSuspect } from '../../evaluation/crossValidation.js';
import { formatShare } from '../../format.js';
import { message, type Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../../runs/metrics.js';
import { textBlock, type Block, type Report } from './report.js';

const MOST_ROWS = 200;
const MOST_CHARACTERS = 120;

/** Labels that may be wrong and metrics of a cross-validation, in the words of its reader. */
export function crossValidationReport(
  found: CrossValidation,
  {
    name,
    table,
    words,
  }: {
    /** Name of the run that was cross-validated. */
    readonly name: string;
    /** File with all suspects. */
    readonly table: string;
    readonly words: Words;
  },
): Report {
  const say = (...list: readonly Message[]): string =>
    list.map((said) => renderMessage(said, words)).join(' ');
  const { rows, runs } = found;
  return {
    locale: words.locale,
    title: say(message('crossValidation.title', { name })),
    blocks: [
      textBlock(
        say(
          message('crossValidation.rows', {
            ...{ runs: runs.length, predicted: rows.predicted, total: rows.total },
          }),
          ...(rows.missing === 0
            ? []
            : [message('crossValidation.missing', { count: rows.missing })]),
          ...(rows.neverHeldOut === 0
            ? []
            : [message('crossValidation.neverHeldOut', { count: rows.neverHeldOut })]),
        ),
      ),
      { kind: 'heading', text: say(message('crossValidation.suspects')) },
      ...suspectBlocks(found.labelErrors, { table, words, say }),
      { kind: 'heading', text: say(message('crossValidation.metrics')) },
      metricTable(found, say),
      textBlock(say(message('crossValidation.spreadNote'))),
    ],
  };
}

type Say = (...list: readonly Message[]) => string;

function suspectBlocks(
  found: CrossValidation['labelErrors'],
  { table, words, say }: { readonly table: string; readonly words: Words; readonly say: Say },
): Block[] {
  if (found === null) return [textBlock(say(message('crossValidation.notOneLabel')))];
  const { suspects } = found;
  const count = suspects.length;
  const method = message('crossValidation.method');
  if (count === 0) return [textBlock(say(method, message('crossValidation.noSuspect')))];
  const left = count - MOST_ROWS;
  return [
    textBlock(
      say(
        method,
        message('crossValidation.listed', { count }),
        ...(left > 0 ? [message('crossValidation.more', { count: left, file: table })] : []),
      ),
    ),
    {
      kind: 'table',
      head: [
        message('audit.line'),
        message('crossValidation.given'),
        message('crossValidation.givenProbability'),
        message('audit.suggested'),
        message('audit.probability'),
        message('audit.text'),
      ].map((said) => say(said)),
      rows: suspects.slice(0, MOST_ROWS).map((suspect) => rowOf(suspect, words)),
    },
  ];
}

function rowOf(
  { file, line, given, suggested, givenProbability, suggestedProbability, text }: LabelSuspect,
  { locale }: Words,
) {
  const [first, second] = [givenProbability, suggestedProbability].map((probability) =>
    formatShare(probability, locale),
  ) as [string, string];
  const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
  return [{ places: [{ file, line }] }, given, first, suggested, second, shown];
}

function metricTable({ metrics }: CrossValidation, say: Say): Block {
  return {
    kind: 'table',
    head: [
      message('crossValidation.metric'),
      message('crossValidation.mean'),
      message('crossValidation.spread'),
      message('crossValidation.pooled'),
    ].map((said) => say(said)),
    rows: Object.entries(metrics).map(([name, { mean, deviation, pooled }]) => {
      const { label, format } = isHeldOutMetric(name)
        ? HELD_OUT_METRICS[name]
        : { label: name, format: String };
      return [
        typeof label === 'string' ? label : say(label),
        format(mean),
        deviation === null ? '–' : format(deviation),
        format(pooled),
      ];
    }),
  };
}
