import * as vscode from 'vscode';
import { warningsBeforeTraining } from '../../core/profile/profileWarnings.js';
import { runDataOf, selectionOfRun } from '../../core/specs/runData.js';
import { worstWarning } from './worstWarning.js';
import type { DataClient } from '../platform/dataClient.js';
import { profileInWorker } from '../profile/profileInWorker.js';
import type { DataInspection } from './dataInspection.js';
import type { LabelChoice } from './wizardAnswers.js';

export interface WarningRequest {
  readonly inspection: DataInspection;
  readonly labels: LabelChoice;
  /** The model that is to be trained; null for a new one. */
  readonly modelFolder: string | null;
}

/**
 * The worst that is the matter with data, in words; null where there is nothing to say, or where
 * making the run will say it. The inspection has profiled the data for the likely model; for another
 * one it is read once more, for two seconds at most.
 */
export async function warningOf(
  dataClient: DataClient,
  { inspection, labels, modelFolder }: WarningRequest,
): Promise<string | null> {
  const snapshot = await inspection.snapshot(vscode.l10n.t('Reading the data')).catch(() => null);
  if (snapshot === null) return null;
  if (modelFolder === inspection.request.modelFolder) {
    return warningsBeforeTraining(snapshot.summary)[0] ?? null;
  }
  const { data } = runDataOf(snapshot, labels);
  const { workspaceFolder } = snapshot.selection;
  const selection = selectionOfRun({ data, workspaceFolder });
  return worstWarning(async ({ signal, onSoFar }) => {
    const { profile } = await profileInWorker(
      dataClient,
      { selection, modelFolder },
      {
        signal,
        onSoFar: (soFar) => {
          onSoFar(soFar.profile);
        },
      },
    );
    return profile;
  });
}
