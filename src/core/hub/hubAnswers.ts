import * as z from 'zod';
import { isCommit, isRepository } from './repository.js';

/** Longest list of files or models that is read. */
const MOST_ENTRIES = 10_000;
const shortText = z.string().max(500);

/** Fields about a model in answers of the hub; what is malformed counts as absent. */
const modelFields = {
  id: z.string().refine(isRepository),
  pipeline_tag: shortText.nullish().catch(null),
  tags: z.array(z.string()).max(1000).nullish().catch(null),
  downloads: z.int().min(0).nullish().catch(null),
  gated: z.union([z.boolean(), z.string()]).nullish().catch(null),
  config: z
    .object({ model_type: shortText.nullish().catch(null) })
    .nullish()
    .catch(null),
  safetensors: z
    .object({ total: z.int().min(0).nullish().catch(null) })
    .nullish()
    .catch(null),
  siblings: z
    .array(z.object({ rfilename: z.string().max(1000) }))
    .max(MOST_ENTRIES)
    .nullish()
    .catch(null),
};

/** Answer of `api/models/{id}/revision/{revision}`. */
export const modelAnswerSchema = z.object({ ...modelFields, sha: z.string().refine(isCommit) });
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;

/** Answer of `api/models`. Entries with names that the hub does not allow are dropped. */
export const searchAnswerSchema = z
  .array(z.object(modelFields).nullable().catch(null))
  .max(MOST_ENTRIES)
  .transform((entries) => entries.filter((entry) => entry !== null));
export type FoundModel = z.infer<typeof searchAnswerSchema>[number];

const sha1 = z.string().regex(/^[0-9a-f]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Answer of `api/models/{id}/tree/{revision}`. Entries that are not files are dropped. */
export const treeAnswerSchema = z
  .array(
    z.union([
      z.object({
        type: z.literal('file'),
        path: z.string().max(1000),
        size: z.int().min(0),
        oid: sha1,
        lfs: z.object({ oid: sha256, size: z.int().min(0) }).nullish(),
      }),
      z.unknown().transform(() => null),
    ]),
  )
  .max(MOST_ENTRIES)
  .transform((entries) =>
    entries.flatMap((entry): HubFile[] =>
      entry === null || !isSafePath(entry.path)
        ? []
        : [{ path: entry.path, ...(entry.lfs ?? { oid: entry.oid, size: entry.size }) }],
    ),
  );

/** A file of a repository. */
export interface HubFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly size: number;
  /**
   * Hash of the content and name of its blob: SHA-256 of large files (64 digits), SHA-1 as git
   * computes it of others (40 digits).
   */
  readonly oid: string;
}

const SEGMENT = /^[\w](?:[\w. -]*[\w-])?$/;

/** Whether a path of a repository stays in a folder, on every system. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  return path.length <= 255 && parts.length <= 8 && parts.every((part) => SEGMENT.test(part));
}

/** License in the tags of a model; `null` without one. */
export function licenseOf({ tags }: Pick<FoundModel, 'tags'>): string | null {
  const tag = tags?.find((one) => one.startsWith('license:'));
  return tag === undefined ? null : tag.slice('license:'.length, 60);
}
