import path from 'node:path';
import { keyHash } from '../../core/random.js';
import { slugify } from '../../core/runs/runId.js';
import { commandOfRunFile } from '../../core/specs/commandOfRunFile.js';
import { shortPolicy, type RunFile } from '../../core/specs/runFile.js';
import { shellCommand } from '../../core/specs/shellCommand.js';
import { writeJsonAtomically, storing } from '../files/storage.js';
import fs from 'node:fs';

export interface RunCommand {
  /** For the default shell of the platform, in the run's workspace folder. */
  readonly command: string;
  /** File that was written for it, relative to that folder; `null` if it needs none. */
  readonly policyFile: string | null;
}

/** Folder of the policies that commands name, in a workspace folder. */
const POLICIES = '.masklab/policies';
const HASH_DIGITS = 8;

/**
 * Commands that create the runs of run files with paths relative to the workspace folder; several
 * runs go to the queue. A policy that is not in the gallery is written to a file, whose name follows
 * from its content. Throws `Storage`.
 */
export async function commandsOf(
  runs: readonly RunFile[],
  {
    workspaceFolder,
    platform,
  }: { readonly workspaceFolder: string; readonly platform: NodeJS.Platform },
): Promise<RunCommand[]> {
  const shell = platform === 'win32' ? 'powershell' : 'posix';
  const isQueued = runs.length > 1;
  return Promise.all(
    runs.map(async (run) => {
      const policyFile = await policyFileOf(run, workspaceFolder);
      const words = commandOfRunFile(run, { policyFile, isQueued });
      return { command: shellCommand(words, shell), policyFile };
    }),
  );
}

async function policyFileOf({ policy }: RunFile, workspaceFolder: string): Promise<string | null> {
  if (policy === undefined) return null;
  const content = shortPolicy(policy);
  const hash = keyHash(JSON.stringify(content)).slice(0, HASH_DIGITS);
  const policyFile = `${POLICIES}/${slugify(policy.name ?? 'policy')}-${hash}.mask.json`;
  const file = path.join(workspaceFolder, policyFile);
  storing(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }));
  await writeJsonAtomically(file, content);
  return policyFile;
}
