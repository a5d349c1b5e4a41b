import type * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import { runFileOfDraft, runFilesOfDraft, type LaunchDraft } from '../../core/specs/launchDraft.js';
import { suggestName } from '../../core/runs/runId.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { copyCommands, saveRunFile } from '../runs/asRunFile.js';
import { startRuns, type StartDependencies } from '../training/startRun.js';
import { policiesOf, savePolicies } from '../training/maskingQuestion.js';
import type { LaunchCheck } from './launchCheck.js';

export interface LaunchPlan {
  readonly folder: vscode.WorkspaceFolder;
  readonly draft: LaunchDraft;
  readonly check: LaunchCheck;
}

/** Throws the first problem that a draft is known to have. */
function refuseProblems({ check }: LaunchPlan): void {
  const [first] = check.current.problems;
  if (first !== undefined) throw new AppError(first.error);
}

/**
 * Creates the runs of a draft, one for each seed. A single run starts unless it has to wait; several
 * wait for one another. Throws what creating a run throws.
 */
export async function launchRuns(
  dependencies: StartDependencies,
  plan: LaunchPlan,
  { isQueued }: { readonly isQueued: boolean },
): Promise<void> {
  refuseProblems(plan);
  if (!(await isTrustedForTraining())) return;
  const { draft, check, folder } = plan;
  const files = runFilesOfDraft(draft);
  await savePolicies(policiesOf(files[0]), folder.uri.fsPath);
  const name = files[0].name ?? suggestName(Math.random);
  const { estimate, phase } = check.current;
  // While the draft is read again, the estimate is that of an earlier one.
  const isOfDraft = estimate !== null && phase === null;
  const estimated = isOfDraft ? { estimatedSeconds: estimate.seconds } : {};
  const inspection = check.takeInspection(check.writtenRun(files[0]));
  const choices = files.map((file) => {
    const { choices: settings, ...run } = check.writtenRun({ ...file, name }).run;
    return { ...run, inspection, choices: { ...settings, ...estimated } };
  });
  await startRuns(dependencies, { name, inspection, choices, isQueued });
}

/** Copies the command that creates the run; with several seeds, one command for each. */
export async function copyDraftAsCommand(plan: LaunchPlan): Promise<void> {
  refuseProblems(plan);
  await copyCommands(runFilesOfDraft(plan.draft), plan.folder.uri.fsPath);
}

/** Asks for a place and writes the run file of a draft, with all of its seeds. */
export async function saveDraft(plan: LaunchPlan): Promise<void> {
  refuseProblems(plan);
  await saveRunFile(runFileOfDraft(plan.draft), plan.folder.uri.fsPath);
}
