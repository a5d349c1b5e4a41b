import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { parsePolicy } from '../../core/masking/policy/policyFile.js';
import { resolvePolicy } from '../../core/masking/policy/resolvePolicy.js';

/**
 * The policy of a `.mask.json` file, or of the gallery by its name, with the word lists and audits
 * that it refers to read into it. Throws `Data` for a file that is no policy, `UserInput` where there
 * is no such file.
 */
export async function readPolicy(
  given: string,
  { workspaceFolder }: { readonly workspaceFolder: string },
): Promise<MaskingPolicy> {
  const entry = POLICY_GALLERY.find(({ id }) => id === given);
  const file = path.resolve(workspaceFolder, given);
  const text = entry?.text ?? (await readFile(file, given));
  const policy = await resolvePolicy(parsePolicy(text, given), {
    file,
    workspaceFolder,
    readText: (other) => fs.readFile(other, 'utf8'),
  });
  // A run is told by what it masks: a file's name stands in for a name of its own.
  return { ...policy, name: policy.name ?? path.basename(given).replace(/(\.mask)?\.json$/, '') };
}

async function readFile(file: string, given: string): Promise<string> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `There is no masking policy ${given}.`,
        remedy: `Name a .mask.json file, or one of ${POLICY_GALLERY.map(({ id }) => id).join(', ')}.`,
      },
    });
  }
}
