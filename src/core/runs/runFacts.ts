import * as z from 'zod';
import { maskingText } from './maskingText.js';
import { TASKS } from './options.js';
import type { RunSpec, TaskSpec } from './schema.js';

/** The part of a run's spec that lists, tooltips and headers show; the spec may list a million files. */
export const runFactsSchema = z.object({
  name: z.string(),
  /** Slug of the experiment. */
  experiment: z.string(),
  createdAt: z.string(),
  task: z.enum(TASKS),
  /** Labels or numeric outputs; empty for masked-language modeling. */
  outputs: z.array(z.string()),
  method: z.string(),
  modelName: z.string(),
  /** True if the run makes the model that it starts from. */
  isPretraining: z.boolean(),
  files: z.int(),
  bytes: z.number(),
  epochs: z.number(),
  batchSize: z.int(),
  maxLength: z.int(),
  learningRate: z.number(),
  /** Masking policy in one phrase. */
  masking: z.string(),
  threads: z.int(),
  seed: z.int(),
});
export type RunFacts = z.infer<typeof runFactsSchema>;

/** Summarizes a spec without its file list. */
export function factsOf(spec: RunSpec): RunFacts {
  const { data, training } = spec;
  return {
    name: spec.name,
    experiment: spec.experiment,
    createdAt: spec.createdAt,
    task: spec.task.kind,
    outputs: outputsOf(spec.task),
    method: spec.method.kind,
    modelName: spec.model.name,
    isPretraining: spec.newModel !== null,
    files: data.files.length,
    bytes: data.files.reduce((sum, file) => sum + file.bytes, 0),
    epochs: training.epochs,
    batchSize: training.batchSize,
    maxLength: training.maxLength,
    learningRate: spec.optimizer.learningRate,
    masking: maskingText(spec.masking),
    threads: training.threads,
    seed: training.seed,
  };
}

function outputsOf(task: TaskSpec): string[] {
  if (task.kind === 'masked-lm') return [];
  return task.kind === 'regression' ? task.outputs : task.labels;
}
