import { parse, stringify } from 'yaml';
import * as z from 'zod';

const metricSchema = z.object({
  type: z.string(),
  value: z.unknown(),
  name: z.string().optional().catch(undefined),
});

const resultSchema = z.object({
  task: z.object({ type: z.string() }),
  metrics: z.array(metricSchema),
});

/** The part of a model card's YAML front matter that is read; anything malformed counts as absent. */
const headerSchema = z.object({
  language: z
    .union([z.string().transform((code) => [code]), z.array(z.string())])
    .catch([])
    .default([]),
  license: z.string().max(100).nullable().catch(null).default(null),
  'model-index': z
    .array(z.object({ results: z.array(z.unknown()).catch([]) }))
    .catch([])
    .default([]),
});

/** Evaluation of a model in its card, as the hub's `model-index` has it. */
export interface CardResult {
  /** `pipeline_tag` of the task. */
  readonly task: string;
  readonly dataset: { readonly name: string; readonly split: string };
  readonly metrics: readonly {
    readonly type: string;
    readonly name: string;
    readonly value: number;
  }[];
}

export interface CardHeader {
  readonly name: string;
  readonly pipeline: string;
  readonly language?: string;
  readonly license?: string;
  readonly results: readonly CardResult[];
}

/** Front matter of a model card, with its delimiters and a line break at the end. */
export function cardHeader({ name, pipeline, language, license, results }: CardHeader): string {
  const index = results.map(({ task, dataset, metrics }) => ({
    task: { type: task },
    dataset: { type: 'masklab', ...dataset },
    metrics: metrics.map((metric) => ({ ...metric, value: Number(metric.value.toPrecision(6)) })),
  }));
  const header = {
    ...(language !== undefined && { language }),
    ...(license !== undefined && { license }),
    library_name: 'transformers',
    pipeline_tag: pipeline,
    tags: ['masklab'],
    ...(index.length > 0 && { 'model-index': [{ name, results: index }] }),
  };
  return `---\n${stringify(header)}---\n`;
}

/** Most characters of a card that are searched for its header. */
const MAX_HEADER = 100_000;

function headerOf(card: string): z.infer<typeof headerSchema> {
  const [, text = ''] = /^---\r?\n(.*?)\r?\n---/su.exec(card.slice(0, MAX_HEADER)) ?? [];
  let content: unknown = null;
  try {
    content = parse(text, { maxAliasCount: 0 });
  } catch {
    // A card that nobody can parse has no facts.
  }
  return headerSchema.parse(typeof content === 'object' && content !== null ? content : {});
}

/** Codes of languages in a card; `languagesInCard` finds those of most cards without a parser. */
export function languagesInHeader(card: string): string[] {
  return headerOf(card).language.map((code) => code.toLowerCase());
}

/** License that a card names; `null` without one. */
export function licenseInCard(card: string): string | null {
  return headerOf(card).license;
}

/** A metric of a task in a card's `model-index`; `null` without a number for it. */
export function metricInCard(card: string, task: string, type: string): number | null {
  for (const { results } of headerOf(card)['model-index']) {
    for (const result of results) {
      const read = resultSchema.safeParse(result);
      if (!read.success || read.data.task.type !== task) continue;
      const metric = read.data.metrics.find((found) => found.type === type);
      if (typeof metric?.value === 'number') return metric.value;
    }
  }
  return null;
}
