import fs from 'node:fs';
import path from 'node:path';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { keyHash } from '../../core/random.js';
import { slugify } from '../../core/runs/runId.js';
import { shortPolicy } from '../../core/specs/runFile.js';
import { storing, writeJsonAtomically } from '../files/storage.js';

/** Folder of the policies that commands and run files name, in a workspace folder. */
const POLICIES = '.masklab/policies';
const HASH_DIGITS = 8;

/**
 * Writes a policy to a file whose name follows from its content, and returns its path relative to the
 * workspace folder. Throws `Storage`.
 */
export async function keepPolicy(policy: MaskingPolicy, workspaceFolder: string): Promise<string> {
  const content = shortPolicy(policy);
  const hash = keyHash(JSON.stringify(content)).slice(0, HASH_DIGITS);
  const kept = `${POLICIES}/${slugify(policy.name ?? 'policy')}-${hash}.mask.json`;
  const file = path.join(workspaceFolder, kept);
  storing(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }));
  await writeJsonAtomically(file, content);
  return kept;
}
