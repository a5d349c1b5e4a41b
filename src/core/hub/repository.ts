import { inputError } from '../errors.js';
import { problem } from '../messages/message.js';

/** A repository of the hub and a revision of it: a branch, a tag or a commit. */
export interface ModelReference {
  /** `organization/name`. */
  readonly repository: string;
  /** `null` for the default branch. */
  readonly revision: string | null;
}

export const DEFAULT_REVISION = 'main';

const LONGEST_NAME = 96;
const LONGEST_REVISION = 200;
/** Rules of the hub: letters, digits, `_`, `.` and `-`, which neither begin nor end with the last two. */
const PART = /^[\w](?:[\w.-]*[\w])?$/;
const REVISION = /^\w[\w./-]*$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** Whether a text is `organization/name`, with nothing that could lead out of a folder or a URL. */
export function isRepository(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length === 2 &&
    text.length <= LONGEST_NAME &&
    parts.every((part) => PART.test(part)) &&
    !/--|\.\.|\.git$/.test(text)
  );
}

/** Whether a text can be a revision: a commit, a tag, a branch, or a reference such as `refs/pr/1`. */
export function isRevision(text: string): boolean {
  return (
    text.length <= LONGEST_REVISION &&
    REVISION.test(text) &&
    text.split('/').every((part) => part !== '' && !part.startsWith('.')) &&
    !/\.\.|\.lock$|[./]$/.test(text)
  );
}

/** Whether a text is the full hash of a commit. */
export function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** Reads `organization/name[@revision]`; `null` for any other text. */
export function modelReferenceIn(text: string): ModelReference | null {
  const at = text.indexOf('@');
  const repository = at === -1 ? text : text.slice(0, at);
  const revision = at === -1 ? null : text.slice(at + 1);
  if (!isRepository(repository) || (revision !== null && !isRevision(revision))) return null;
  return { repository, revision };
}

/** Reads `organization/name[@revision]`. Throws `UserInput` for any other text. */
export function parseModelReference(text: string): ModelReference {
  const reference = modelReferenceIn(text);
  if (reference !== null) return reference;
  throw inputError(problem('hub.invalidName', { text }));
}

/** `organization/name@revision`, as commands take it. */
export function referenceText({ repository, revision }: ModelReference): string {
  return revision === null ? repository : `${repository}@${revision}`;
}

/** Folder of a repository in the shared cache. */
export function repositoryFolder(repository: string): string {
  return `models--${repository.replace('/', '--')}`;
}

/** Repository of a folder in the shared cache; `null` for data sets and anything unknown. */
export function repositoryOfFolder(folder: string): string | null {
  const [kind, owner = '', name = '', ...rest] = folder.split('--');
  const repository = `${owner}/${name}`;
  return kind === 'models' && rest.length === 0 && isRepository(repository) ? repository : null;
}

const SNAPSHOT = /(?:^|[\\/])(models--[^\\/]+)[\\/]snapshots[\\/]([0-9a-f]{40})[\\/]?$/;

/** Repository and commit of a model folder in the shared cache; `null` for any other folder. */
export function snapshotOf(
  folder: string,
): { readonly repository: string; readonly commit: string } | null {
  const [, name = '', commit = ''] = SNAPSHOT.exec(folder) ?? [];
  const repository = repositoryOfFolder(name);
  return repository === null ? null : { repository, commit };
}
