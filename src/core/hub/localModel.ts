import * as z from 'zod';
import { problemSchema } from '../messages/message.js';
import { HEAD_KINDS } from '../models/model.js';
import { MODEL_USES } from './listedModel.js';

/** Place of a model on this machine. */
export const MODEL_ORIGINS = ['bundled', 'folder', 'cache', 'run'] as const;
export type ModelOrigin = (typeof MODEL_ORIGINS)[number];

/** A model on this machine. */
export const localModelSchema = z.object({
  origin: z.enum(MODEL_ORIGINS),
  name: z.string(),
  folder: z.string(),
  /** Branches and tags of a model in the cache. */
  revisions: z.array(z.string()),
  commit: z.string().nullable(),
  /** `model_type` of its configuration. */
  family: z.string().nullable(),
  head: z.enum(HEAD_KINDS).nullable(),
  /** Bytes of its files; files that several revisions share count for each. */
  bytes: z.number().min(0),
  license: z.string().nullable(),
  /** Whether configuration, tokenizer and weights are all there. */
  isComplete: z.boolean(),
  /** Why it does not load, as far as its type and the names of its files tell. */
  problem: problemSchema.nullable(),
  /** Empty for a model that does not load. */
  uses: z.array(z.enum(MODEL_USES)),
  hasCard: z.boolean(),
  /** Names of the runs that started from it. */
  usedBy: z.array(z.string()),
});
export type LocalModel = z.infer<typeof localModelSchema>;

/** A run as a list of models needs it. */
export const modelRunSchema = z.object({
  directory: z.string().min(1),
  name: z.string(),
  hasModel: z.boolean(),
  /** Whether it started from a model, and not from scratch. */
  hasStart: z.boolean(),
});
export type ModelRun = z.infer<typeof modelRunSchema>;

/** `organization/name[@revision]` of a model in the shared cache, as `--model` takes it. */
export function referenceOfModel(model: LocalModel): string {
  const revision = shortRevision(model);
  return revision === null ? model.name : `${model.name}@${revision}`;
}

/** Revision by which commands name a model of the cache; `null` for the default branch. */
export function shortRevision({
  revisions,
  commit,
}: Pick<LocalModel, 'revisions' | 'commit'>): string | null {
  if (commit === null || revisions.includes('main')) return null;
  return revisions[0] ?? commit;
}
