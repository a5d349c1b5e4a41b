import { commandOfRunFile } from '../../core/specs/commandOfRunFile.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { shellCommand } from '../../core/specs/shellCommand.js';
import { keepPolicy } from './keptPolicy.js';

export interface RunCommand {
  /** For the default shell of the platform, in the run's workspace folder. */
  readonly command: string;
  /** File that was written for it, relative to that folder; `null` if it needs none. */
  readonly policyFile: string | null;
}

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
      const { policy } = run;
      const policyFile = policy === undefined ? null : await keepPolicy(policy, workspaceFolder);
      const words = commandOfRunFile(run, { policyFile, isQueued });
      return { command: shellCommand(words, shell), policyFile };
    }),
  );
}
