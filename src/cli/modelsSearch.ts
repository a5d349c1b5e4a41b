import { formatCount, groupThousands } from '../core/format.js';
import { foundRows, SEARCHED_TASKS, type FoundRow } from '../core/hub/foundModels.js';
import type { FoundModel } from '../core/hub/hubAnswers.js';
import { ENGLISH, renderProblem } from '../core/messages/render.js';
import { searchModels } from '../node/hub/hubApi.js';
import { commandHubClient } from './hubAccess.js';
import { usageError } from './commandLineError.js';
import { print, printJson } from './output.js';
import { choiceOf, countOf, type CommandShape, type CommandValues } from './usage.js';

const PIPELINES = ['fill-mask', 'text-classification', 'token-classification'] as const;
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
      otherwise: SEARCHED_TASKS.join(' and '),
    },
    limit: { shape: '<n>', help: 'Maximum number of models', otherwise: String(DEFAULT_LIMIT) },
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
  const answers: FoundModel[][] = [];
  for (const pipeline of task === undefined ? SEARCHED_TASKS : [task]) {
    answers.push(await searchModels(client, { words, pipeline, limit }));
  }
  const rows = foundRows(answers).slice(0, limit);
  if (values.has('json')) {
    printJson(rows.map((row) => ({ ...row, problem: reasonOf(row) })));
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

/** Why a model does not load, in English. */
function reasonOf({ problem }: FoundRow): string | null {
  return problem === null ? null : renderProblem(problem, ENGLISH).message;
}

function lineOf(row: FoundRow): string {
  const { name, task, family, parameters, license, isGated } = row;
  const reason = reasonOf(row);
  const size = parameters === null ? '' : `${groupThousands(Math.round(parameters / 1e6))} M`;
  return [
    name.padEnd(48),
    (task ?? '').padEnd(20),
    (family ?? '').padEnd(12),
    size.padStart(7),
    ` ${license ?? 'no license'}`.padEnd(14),
    isGated ? 'gated' : '',
    reason === null ? '' : `does not load: ${reason}`,
  ]
    .join(' ')
    .trimEnd();
}
