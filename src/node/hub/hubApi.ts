import {
  modelAnswerSchema,
  searchAnswerSchema,
  treeAnswerSchema,
  type FoundModel,
  type HubFile,
  type ModelAnswer,
} from '../../core/hub/hubAnswers.js';
import { nearestNames, searchableParts } from '../../core/hub/nearestNames.js';
import { DEFAULT_REVISION, type ModelReference } from '../../core/hub/repository.js';
import {
  fileUrl,
  modelUrl,
  searchUrl,
  treeUrl,
  type SearchRequest,
} from '../../core/hub/hubUrls.js';
import type { HubClient, HubRequest } from './hubClient.js';
import { failureError, HubFailure } from './hubFailure.js';

/** A model on the hub at one commit. */
export interface RemoteModel {
  readonly repository: string;
  /** Revision as it was named. */
  readonly revision: string;
  readonly commit: string;
  readonly answer: ModelAnswer;
  readonly files: readonly HubFile[];
}

const MOST_PAGES = 20;
const NEAREST_CANDIDATES = 30;

/** Finds models by parts of their names, most downloaded first. Throws `UserInput`. */
export async function searchModels(
  client: HubClient,
  request: SearchRequest,
  options: HubRequest = {},
): Promise<FoundModel[]> {
  const url = searchUrl(client.settings.endpoint, request);
  return explained(client, null, () => client.json(url, searchAnswerSchema, options));
}

/**
 * Commit, facts and files of a model. Throws `UserInput` that says why there is none: gated, no such
 * revision, or no such model, with similar names.
 */
export async function remoteModel(
  client: HubClient,
  { repository, revision }: ModelReference,
  options: HubRequest = {},
): Promise<RemoteModel> {
  const { endpoint } = client.settings;
  const named = revision ?? DEFAULT_REVISION;
  return explained(client, { repository, revision: named }, async () => {
    const answer = await client.json(
      modelUrl(endpoint, repository, named),
      modelAnswerSchema,
      options,
    );
    const files: HubFile[] = [];
    let url: string | null = treeUrl(endpoint, repository, answer.sha);
    for (let page = 0; url !== null && page < MOST_PAGES; page++) {
      const found: { value: HubFile[]; next: string | null } = await client.jsonPage(
        url,
        treeAnswerSchema,
        options,
      );
      files.push(...found.value);
      url = found.next;
    }
    return { repository, revision: named, commit: answer.sha, answer, files };
  });
}

/** Reads a small file of a model, or a part of one. Throws `UserInput`. */
export async function readRemote(
  client: HubClient,
  { repository, commit, revision }: Pick<RemoteModel, 'repository' | 'commit' | 'revision'>,
  { path, part, signal }: RemoteRead,
): Promise<Uint8Array> {
  const url = fileUrl(client.settings.endpoint, repository, { commit, path });
  return explained(client, { repository, revision }, () =>
    'limit' in part
      ? client.bytes(url, part.limit, { signal })
      : client.part(url, part, { signal }),
  );
}

export interface RemoteRead {
  readonly path: string;
  /** A whole file of at most `limit` bytes, or a part; `end` is exclusive. */
  readonly part: { readonly limit: number } | { readonly start: number; readonly end: number };
  readonly signal?: AbortSignal | undefined;
}

/** Turns failures of the hub into errors for a person. */
export async function explained<T>(
  client: HubClient,
  about: { readonly repository: string; readonly revision: string } | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof HubFailure)) throw thrown;
    const { settings } = client;
    if (about === null) throw failureError(thrown, { settings, name: null });
    const { repository, revision } = about;
    const isUnknown = thrown.kind === 'missing' || thrown.kind === 'noToken';
    const nearest = isUnknown ? await similarModels(client, repository) : [];
    throw failureError(thrown, { settings, name: repository, revision, nearest });
  }
}

/** Names of models similar to a mistyped one; none if the hub cannot be asked. */
async function similarModels(client: HubClient, repository: string): Promise<string[]> {
  const { endpoint } = client.settings;
  const [owner = ''] = repository.split('/');
  const requests: SearchRequest[] = [
    { words: '', author: owner, limit: NEAREST_CANDIDATES },
    ...searchableParts(repository).map((words) => ({ words, limit: NEAREST_CANDIDATES })),
  ];
  const found = new Set<string>();
  for (const request of requests) {
    try {
      const url = searchUrl(endpoint, request);
      const models = await client.json(url, searchAnswerSchema, { attempts: 1 });
      for (const { id } of models) found.add(id);
    } catch (thrown) {
      // Similar names are a help, not the answer.
      if (!(thrown instanceof HubFailure)) throw thrown;
    }
  }
  return nearestNames(repository, found);
}
