import * as z from 'zod';
import { message, verbatim } from '../messages/message.js';
import { TASKS } from '../runs/options/dataOptions.js';
import type { RunFacts } from './runFacts.js';
import { groupKeyOf, parameterValueSchema } from './runParameters.js';

/** Tools whose runs are read. */
export const FOREIGN_TOOLS = ['transformers', 'tensorboard', 'dvclive'] as const;
export type ForeignTool = (typeof FOREIGN_TOOLS)[number];

/** `imported.json`: takes the place of `run.json` in the folder of a run of another tool. */
export const importedRunSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  name: z.string().min(1),
  createdAt: z.iso.datetime(),
  /** Slug of the experiment. */
  experiment: z.string().min(1),
  task: z.enum(TASKS),
  tool: z.enum(FOREIGN_TOOLS),
  /** Folder or file that was read. */
  source: z.string(),
  modelName: z.string(),
  epochs: z.number().min(0),
  batchSize: z.int().min(0),
  learningRate: z.number().min(0),
  parameters: z.record(z.string(), parameterValueSchema),
});
export type ImportedRun = z.infer<typeof importedRunSchema>;

/** Names of tools, which are not translated. */
const TOOL_NAMES: Readonly<Record<ForeignTool, string>> = {
  transformers: 'Hugging Face Trainer',
  tensorboard: 'TensorBoard',
  dvclive: 'DVCLive',
};

/** Facts of an imported run. Its seed and its data are unknown, so it is a group by itself. */
export function factsOfImported(run: ImportedRun): RunFacts {
  const { id, name, experiment, createdAt, task, tool, modelName, parameters } = run;
  const { epochs, batchSize, learningRate } = run;
  return {
    ...{ name, experiment, createdAt, task, modelName, epochs, batchSize, learningRate },
    learns: message('runs.importedFrom', { tool: verbatim(TOOL_NAMES[tool]) }),
    method: '',
    isPretraining: false,
    files: 0,
    bytes: 0,
    maxLength: 0,
    threads: null,
    executionProvider: 'cpu',
    seed: 0,
    study: null,
    imported: TOOL_NAMES[tool],
    group: groupKeyOf({ ...parameters, imported: id }),
    parameters: JSON.stringify(parameters),
    versions: {},
  };
}
