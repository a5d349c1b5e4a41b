import path from 'node:path';
import type { RunSpec } from '../../core/runs/schema.js';
import { keyHash } from '../../core/random.js';
import { slugify } from '../../core/runs/runId.js';
import { commandOfRunFile } from '../../core/specs/commandOfRunFile.js';
import { shortPolicy } from '../../core/specs/runFile.js';
import { shellCommand } from '../../core/specs/shellCommand.js';
import { writeJsonAtomically, storing } from '../files/storage.js';
import { runFileOfSpec } from './runFileOfRun.js';
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
 * The command that creates a run like this one. A policy that is not in the gallery is written
 * to a file, whose name follows from its content. Throws `Storage`.
 */
export async function commandOfRun(spec: RunSpec, platform: NodeJS.Platform): Promise<RunCommand> {
  const { workspaceFolder } = spec;
  const run = await runFileOfSpec(spec, { folder: workspaceFolder });
  let policyFile: string | null = null;
  if (run.policy !== undefined) {
    const content = shortPolicy(run.policy);
    const hash = keyHash(JSON.stringify(content)).slice(0, HASH_DIGITS);
    policyFile = `${POLICIES}/${slugify(run.policy.name ?? 'policy')}-${hash}.mask.json`;
    const file = path.join(workspaceFolder, policyFile);
    storing(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }));
    await writeJsonAtomically(file, content);
  }
  const shell = platform === 'win32' ? 'powershell' : 'posix';
  return { command: shellCommand(commandOfRunFile(run, policyFile), shell), policyFile };
}
