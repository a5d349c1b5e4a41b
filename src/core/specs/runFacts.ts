import * as z from 'zod';
import { parseJsonText } from '../jsonText.js';
import { objectiveOf } from '../objectives/objectives.js';
import { message, messageSchema, type Message } from '../messages/message.js';
import { foldOf } from '../data/splitting/fold.js';
import { debiasMessages } from '../runs/debiasMessage.js';
import { inputMaskingMessages, maskingMessage } from '../runs/maskingMessage.js';
import { PROVIDERS } from '../runs/options/trainingLoopOptions.js';
import { TASKS } from '../runs/options/dataOptions.js';
import { studyMembershipSchema, type RunSpec } from '../runs/schema.js';
import { textMasking } from './preparationSpec.js';
import {
  groupKeyOf,
  parametersOf,
  runParametersSchema,
  type RunParameters,
} from './runParameters.js';

/** Part of a run's spec that lists, tooltips and headers show; a spec may list a million files. */
export const runFactsSchema = z.object({
  name: z.string(),
  /** Slug of the experiment. */
  experiment: z.string(),
  createdAt: z.string(),
  task: z.enum(TASKS),
  /** Masking policy, or task with its first outputs. */
  learns: messageSchema,
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
  /** Null: decided where the run trains. */
  threads: z.int().nullable(),
  executionProvider: z.enum(PROVIDERS),
  seed: z.int(),
  study: studyMembershipSchema.nullable().default(null),
  /** Tool that trained the run; `null` for our own. */
  imported: z.string().nullable().default(null),
  /** Equal for runs that differ in nothing but their seed. */
  group: z.string(),
  /** `RunParameters` as JSON, which only a comparison parses. */
  parameters: z.string(),
  /** Releases of Masklab and its packages that the run was created with. Default: unknown. */
  versions: z.record(z.string(), z.string()).default({}),
});
export type RunFacts = z.infer<typeof runFactsSchema>;

/** Name of a run in its spec, even if the person has renamed it. */
export function originalName({
  facts,
  id,
}: {
  readonly facts: Pick<RunFacts, 'name'> | null;
  readonly id: string;
}): string {
  return facts?.name ?? id;
}

/** Summarizes a spec without its file list. */
export function factsOf(spec: RunSpec): RunFacts {
  const { data, training } = spec;
  const parameters = parametersOf(spec);
  return {
    name: spec.name,
    experiment: spec.experiment,
    createdAt: spec.createdAt,
    task: spec.task.kind,
    learns: learned(spec),
    method: spec.method.kind,
    modelName: spec.model.name,
    isPretraining: spec.newModel !== null,
    files: data.files.length,
    bytes: data.files.reduce((sum, file) => sum + file.bytes, 0),
    epochs: training.epochs,
    batchSize: training.batchSize,
    maxLength: training.maxLength,
    learningRate: spec.optimizer.learningRate,
    threads: training.threads,
    executionProvider: training.executionProvider,
    seed: training.seed,
    study: spec.study,
    imported: null,
    group: groupKeyOf(parameters),
    parameters: JSON.stringify(parameters),
    versions: spec.versions,
  };
}

const SHOWN_OUTPUTS = 6;

/** `15% masked`, or `Classify texts: bad, good`, with the masks of its training texts. */
function learned(spec: RunSpec): Message {
  const { task } = spec;
  const objective = objectiveOf(task);
  if (objective.data === 'text') return maskingMessage(textMasking(spec));
  const outputs = objective.outputs(task);
  const id = outputs.length > SHOWN_OUTPUTS ? 'runs.labelledTaskWithMore' : 'runs.labelledTask';
  const labelled = message(id, {
    task: objective.names.choice,
    outputs: outputs.slice(0, SHOWN_OUTPUTS).join(', '),
  });
  const masks = [...inputMaskingMessages(spec), ...debiasMessages(spec), ...foldMessages(spec)];
  return masks.length === 0
    ? labelled
    : message('runs.maskedTask', { task: labelled, masks: { list: masks, join: 'and' } });
}

/** The part that a run of a cross-validation holds out; empty for other runs. */
function foldMessages({ data: { fold } }: RunSpec): Message[] {
  return fold === null ? [] : [message('runs.partHeldOut', { ...foldOf(fold) })];
}

/** Parsed once per facts, which stay the same object while `run.json` does not change. */
const parsed = new WeakMap<RunFacts, RunParameters>();

/** Parameters of a run by its facts. */
export function parametersOfFacts(facts: RunFacts): RunParameters {
  const known = parsed.get(facts);
  if (known !== undefined) return known;
  const parameters = runParametersSchema.parse(parseJsonText(facts.parameters));
  parsed.set(facts, parameters);
  return parameters;
}

/** Whether a run learns from pairs of texts. */
export function readsPairs(facts: RunFacts): boolean {
  return parametersOfFacts(facts)['data.labelled.columns.pair'] !== undefined;
}
