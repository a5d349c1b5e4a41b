import path from 'node:path';
import { AppError, inputError } from '../../core/errors.js';
import { fileProblem, systemCodeOf } from '../../core/fileProblem.js';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { parsePolicy } from '../../core/masking/policy/policyFile.js';
import { resolvePolicy } from '../../core/masking/policy/resolvePolicy.js';
import { problem } from '../../core/messages/message.js';
import { readText } from '../files/regularFile.js';

/** A policy lists rules; long lists of words are in separate files. */
const MAX_POLICY_BYTES = 1 << 22;
const MAX_LIST_BYTES = 1 << 26;

/** Location of a policy, which decides the files that it can name. */
export interface PolicyPlace {
  /** Absolute path. Word lists and audits are named relative to its folder. */
  readonly file: string;
  /** Workspace folder that holds the policy; `null` if none does. */
  readonly workspaceFolder: string | null;
}

/** Text of a policy, saved or not, and its location. */
export interface PolicyText extends PolicyPlace {
  readonly text: string;
}

export interface ResolveTextOptions {
  /** Name of the policy in errors. Default: its absolute path. */
  readonly label?: string;
  /** Called with the path of each word list and audit before it is read. */
  readonly onList?: (list: string) => Promise<void>;
}

/**
 * Parses a policy and reads the word lists and audits that it names into it. Previews, masked
 * datasets and training all resolve policies here. Throws `Data` that names the policy's line, or
 * the list, that cannot be used.
 */
export function resolvePolicyText(
  { text, ...place }: PolicyText,
  { label = place.file, onList }: ResolveTextOptions = {},
): Promise<MaskingPolicy> {
  return readLists(parsePolicy(text, label), place, onList);
}

/** Reads the word lists and audits that a policy names into it. */
export function readLists(
  policy: MaskingPolicy,
  { file, workspaceFolder }: PolicyPlace,
  onList?: (list: string) => Promise<void>,
): Promise<MaskingPolicy> {
  return resolvePolicy(policy, {
    file,
    ...(workspaceFolder === null ? {} : { workspaceFolder }),
    readText: async (list) => {
      await onList?.(list);
      return readText(list, MAX_LIST_BYTES);
    },
  });
}

export interface FindPolicyOptions {
  /** Folder that relative paths are relative to. */
  readonly folder: string;
  /** Open workspace folders. Default: `folder` alone. */
  readonly workspaceFolders?: readonly string[];
}

/**
 * Text of a policy from the gallery, given by its name, or of a file, given by its path. Throws
 * `UserInput` if there is neither.
 */
export async function findPolicy(
  given: string,
  { folder, workspaceFolders = [folder] }: FindPolicyOptions,
): Promise<PolicyText> {
  const entry = POLICY_GALLERY.find(({ id }) => id === given);
  const file = path.resolve(folder, given);
  const text = entry?.text ?? (await textOf(file, given));
  return { text, file, workspaceFolder: innermostOf(workspaceFolders, file) };
}

/** Policy of a run, by its path or its gallery name, with the lists that it names. */
export async function readPolicy(
  given: string,
  options: FindPolicyOptions,
): Promise<MaskingPolicy> {
  const policy = await resolvePolicyText(await findPolicy(given, options), { label: given });
  // A run shows the name of its policy: the name of the file stands in for a missing name.
  return { ...policy, name: policy.name ?? path.basename(given).replace(/(\.mask)?\.json$/, '') };
}

function innermostOf(folders: readonly string[], file: string): string | null {
  const holding = folders
    .map((folder) => path.resolve(folder))
    .filter((folder) => {
      const relative = path.relative(folder, file);
      return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
    });
  return holding.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

async function textOf(file: string, given: string): Promise<string> {
  try {
    return await readText(file, MAX_POLICY_BYTES);
  } catch (thrown) {
    if (systemCodeOf(thrown) !== 'ENOENT') {
      throw new AppError({ code: 'Data', details: { file: given, problem: fileProblem(thrown) } });
    }
    const gallery = { list: POLICY_GALLERY.map(({ id }) => id), join: 'or' } as const;
    throw inputError(problem('masking.policyNotFound', { policy: given, gallery }));
  }
}
