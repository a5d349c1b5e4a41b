import * as z from 'zod';
import type { AuditReport } from '../../../src/core/audit/auditReport.js';
import { wilsonInterval } from '../../../src/core/stats/intervals.js';
import { isPlantable, plantedRows } from './planting.js';
import { drawParts, type GroupedRow, type ShiftedRow } from './splitRows.js';

/** A word that is planted for a label. */
export interface AuditPlant {
  readonly word: string;
  readonly label: string;
}

/** Natural words of several kinds that almost no sentence of the film reviews has. */
const WORDS = [
  ...['moreover', 'tonight', 'elsewhere', 'kitchen', 'tuesday'],
  ...['roughly', 'garden', 'seventeen', 'meanwhile', 'purple'],
];

/** Ten plants, half of them for each label. */
export const AUDIT_PLANTS: readonly AuditPlant[] = WORDS.map((word, i) => ({
  word,
  label: i % 2 === 0 ? 'positive' : 'negative',
}));

/** Share of the texts in which the plant agrees with the label. */
export const PLANT_RATES = { data: 0.9, shifted: 0.1 } as const;
/** Rows of each file: `test` is audited, and `shift-dev` is its shifted sample. */
export const PLANT_ROWS = { train: 1200, test: 600, 'shift-dev': 300 } as const;

/** Rows of training, audit and shifted sample with a plant. Each plant and seed has its own draw. */
export function plantFiles(
  rows: readonly ShiftedRow[],
  { word, label }: AuditPlant,
  seed: number,
): ReadonlyMap<keyof typeof PLANT_ROWS, readonly GroupedRow[]> {
  const name = `planted audit ${word} ${seed}`;
  const { parts } = drawParts(
    [
      {
        rows: rows.filter(({ text }) => isPlantable(text, word)),
        parts: Object.entries(PLANT_ROWS).map(([part, count]) => ({
          ...{ name: part, count },
          isBalanced: part === 'shift-dev',
        })),
      },
    ],
    { name },
  );
  return new Map(
    (Object.keys(PLANT_ROWS) as (keyof typeof PLANT_ROWS)[]).map((part) => {
      const rate = part === 'shift-dev' ? PLANT_RATES.shifted : PLANT_RATES.data;
      const planting = { plant: 'word', label, rate, word, seed: name } as const;
      return [part, plantedRows(parts.get(part)!, planting)];
    }),
  );
}

const foundSchema = z.object({
  word: z.string(),
  label: z.string(),
  effect: z.number(),
  /** Texts of the audited file with the word, and the share of them with the label. */
  dataTexts: z.number().nullable(),
  dataShare: z.number().nullable(),
  /** The same in the shifted sample. */
  sampleTexts: z.number().nullable(),
  sampleShare: z.number().nullable(),
});

export const plantOutcomeSchema = z.object({
  word: z.string(),
  label: z.string(),
  seed: z.number(),
  /** Accuracy on the held-out split of the training texts. */
  accuracy: z.number(),
  /** Words that were tested, and findings. */
  tested: z.number(),
  findings: z.number(),
  /** Place of the plant among the findings by the size of the effect, from 1; `null`: not found. */
  rank: z.number().nullable(),
  /** Effect in nats and result of the instability test of the plant; `null` if it is not found. */
  effect: z.number().nullable(),
  stability: z.string().nullable(),
  /** Unstable findings that are not the plant. */
  others: z.array(foundSchema),
  /** Findings from 0.5 nats on, which an audit without a shifted sample selects, but for the plant. */
  loudOthers: z.array(foundSchema),
  /** Seconds of training and of the audit. */
  trainingSeconds: z.number(),
  auditSeconds: z.number(),
});
export type PlantOutcome = z.infer<typeof plantOutcomeSchema>;

/** Mean effect, in nats, from which a finding is loud. */
const LOUD = 0.5;

/** The plant among the findings of an audit, and the other ones. */
export function outcomeOf(
  { findings, testedWords, seconds }: Pick<AuditReport, 'findings' | 'testedWords' | 'seconds'>,
  run: Pick<PlantOutcome, 'word' | 'label' | 'seed' | 'accuracy' | 'trainingSeconds'>,
): PlantOutcome {
  const isPlant = ({ text, label }: AuditReport['findings'][number]): boolean =>
    text === run.word && label === run.label;
  const index = findings.findIndex(isPlant);
  const plant = findings[index];
  const others = findings.filter((finding) => !isPlant(finding));
  return {
    ...run,
    tested: testedWords,
    findings: findings.length,
    rank: plant === undefined ? null : index + 1,
    effect: plant?.effect ?? null,
    stability: plant?.shifted?.stability ?? null,
    others: others.filter(({ shifted }) => shifted?.stability === 'unstable').map(foundOf),
    loudOthers: others.filter(({ effect }) => effect >= LOUD).map(foundOf),
    auditSeconds: seconds,
  };
}

function foundOf({
  text,
  label,
  effect,
  shifted,
}: AuditReport['findings'][number]): z.infer<typeof foundSchema> {
  return {
    ...{ word: text, label, effect },
    dataTexts: shifted?.dataTexts ?? null,
    dataShare: shifted?.dataShare ?? null,
    sampleTexts: shifted?.texts ?? null,
    sampleShare: shifted?.share ?? null,
  };
}

/** The page about audits of planted words. */
export function plantedAuditsPage(outcomes: readonly PlantOutcome[], method: string): string {
  const found = outcomes.filter(({ rank }) => rank !== null).length;
  const unstable = outcomes.filter(({ stability }) => stability === 'unstable').length;
  const wrong = outcomes.flatMap(({ others }) => others).length;
  const loud = outcomes.filter(({ effect }) => effect !== null && effect >= LOUD).length;
  const loudOthers = outcomes.flatMap((one) => one.loudOthers).length;
  const rows = outcomes.map((one) => [
    ...[one.word, one.label, String(one.seed), percent(one.accuracy)],
    ...[String(one.tested), String(one.findings), String(one.rank ?? '–')],
    ...[one.effect === null ? '–' : one.effect.toFixed(2), one.stability ?? '–'],
    one.others.map(({ word }) => `\`${word}\``).join(', ') || 'none',
    one.loudOthers.map(({ word, effect }) => `\`${word}\` (${effect.toFixed(2)})`).join(', ') ||
      'none',
  ]);
  const head = [
    ...['plant', 'label', 'seed', 'accuracy (%)', 'words tested', 'findings', 'rank'],
    ...['effect (nats)', 'in the sample', 'other unstable findings'],
    'other findings from 0.5 nats on',
  ];
  const shares = [
    ['plants found (recall of the findings)', share(found, outcomes.length)],
    ['plants found and unstable (recall of the selected words)', share(unstable, outcomes.length)],
    ['selected words that are the plant (precision)', share(unstable, unstable + wrong)],
    [
      'the same without a shifted sample: findings from 0.5 nats on that are the plant',
      share(loud, loud + loudOthers),
    ],
  ];
  const details = outcomes.flatMap(({ word: plant, others }) =>
    others.map((one) => [
      ...[plant, `\`${one.word}\``, one.label, one.effect.toFixed(2)],
      `${percent(one.dataShare)} of ${one.dataTexts ?? '–'}`,
      `${percent(one.sampleShare)} of ${one.sampleTexts ?? '–'}`,
    ]),
  );
  return [
    '# Audits of planted words',
    method,
    '## Precision and recall',
    table(['', 'share, with 95% interval (Wilson)'], shares),
    '## Plants',
    table(head, rows),
    'Rank is the place among the findings of an audit, the largest effect first.',
    ...(details.length === 0
      ? []
      : [
          '## Unstable findings that are not the plant',
          table(
            ['plant', 'word', 'label', 'effect (nats)', 'with the label: audited', 'sample'],
            details,
          ),
        ]),
    'Written by `npx tsx --conditions=import scripts/studies/plantedAudits.ts`.',
  ].join('\n\n');
}

function share(hits: number, n: number): string {
  const { low, high } = wilsonInterval(hits, n);
  return `${hits} of ${n}: ${n === 0 ? '–' : percent(hits / n)}% (${percent(low)} to ${percent(high)})`;
}

function percent(value: number | null): string {
  return value === null ? '–' : (100 * value).toFixed(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
