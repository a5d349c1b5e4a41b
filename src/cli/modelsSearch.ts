import { formatCount, groupThousands } from '../core/format.js';
import { licenseOf, type FoundModel } from '../core/hub/hubAnswers.js';
import { listedProblem } from '../core/hub/loadCheck.js';
import { ENGLISH, renderProblem } from '../core/messages/render.js';
import { searchModels } from '../node/hub/hubApi.js';
import { commandHubClient } from './hubAccess.js';
import { usageError } from './commandLineError.js';
import { print, printJson } from './output.js';
import { choiceOf, countOf, type CommandShape, type CommandValues } from './usage.js';

const PIPELINES = ['fill-mask', 'text-classification', 'token-classification'] as const;
const DEFAULT_PIPELINES = ['fill-mask', 'text-classification'] as const;
const DEFAULT_LIMIT = 20;

export const MODELS_SEARCH: CommandShape = {
  name: 'models search',
  group: 'models',
  usage: '<words> [options]',
  summary: 'Search the Hugging Face hub for models',
  notes: [
    'The words are sent to the hub, or to the server that HF_ENDPOINT names. Models that cannot be loaded here are marked, as far as the names of their files tell. Nothing is downloaded.',
  ],
  flags: {
    task: {
      shape: '<task>',
      help: `Only models for this task: ${PIPELINES.join(', ')}`,
      otherwise: DEFAULT_PIPELINES.join(' and '),
    },
    limit: { shape: '<n>', help: 'Largest number of models', otherwise: String(DEFAULT_LIMIT) },
    json: { help: 'Print a JSON list instead of lines' },
  },
  examples: ['masklab models search bert base', 'masklab models search roberta --limit 5 --json'],
};

export async function modelsSearchCommand(values: CommandValues): Promise<void> {
  const words = values.positionals.join(' ').trim();
  if (words === '') {
    throw usageError('"masklab models search" requires words of a name.', MODELS_SEARCH.name);
  }
  const limit = countOf(MODELS_SEARCH, values, 'limit') ?? DEFAULT_LIMIT;
  const task = choiceOf(MODELS_SEARCH, values, { flag: 'task', choices: PIPELINES });
  const client = await commandHubClient();
  const found: FoundModel[] = [];
  for (const pipeline of task === undefined ? DEFAULT_PIPELINES : [task]) {
    found.push(...(await searchModels(client, { words, pipeline, limit })));
  }
  const rows = found
    .sort((a, b) => (b.downloads ?? 0) - (a.downloads ?? 0))
    .slice(0, limit)
    .map(rowOf);
  if (values.has('json')) {
    printJson(rows);
    return;
  }
  if (rows.length === 0) {
    print(`No models found for "${words}".`);
    return;
  }
  for (const row of rows) print(lineOf(row));
  print(
    `\n${formatCount(rows.length, 'model')}. Check one before the download with "masklab models add <name> --dry-run".`,
  );
}

interface FoundRow {
  readonly name: string;
  readonly task: string | null;
  readonly family: string | null;
  readonly parameters: number | null;
  readonly license: string | null;
  readonly downloads: number | null;
  readonly isGated: boolean;
  /** Why the model does not load here; `null` if nothing speaks against it. */
  readonly problem: string | null;
}

function rowOf(model: FoundModel): FoundRow {
  const found = listedProblem(model);
  return {
    name: model.id,
    task: model.pipeline_tag ?? null,
    family: model.config?.model_type ?? null,
    parameters: model.safetensors?.total ?? null,
    license: licenseOf(model),
    downloads: model.downloads ?? null,
    isGated: model.gated !== null && model.gated !== undefined && model.gated !== false,
    problem: found === null ? null : renderProblem(found, ENGLISH).message,
  };
}

function lineOf({ name, task, family, parameters, license, isGated, problem }: FoundRow): string {
  const size = parameters === null ? '' : `${groupThousands(Math.round(parameters / 1e6))} M`;
  return [
    name.padEnd(48),
    (task ?? '').padEnd(20),
    (family ?? '').padEnd(12),
    size.padStart(7),
    ` ${license ?? 'no license'}`.padEnd(14),
    isGated ? 'gated' : '',
    problem === null ? '' : `does not load: ${problem}`,
  ]
    .join(' ')
    .trimEnd();
}
