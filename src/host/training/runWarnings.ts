import type { Problem } from '../../core/messages/message.js';
import { isImbalance } from '../../core/profile/labelImbalance.js';
import { warningsBeforeTraining } from '../../core/profile/profileWarnings.js';
import { runDataOf, selectionOfRun } from '../../core/specs/runData.js';
import { warningsInTime } from './warningsInTime.js';
import type { DataClient } from '../platform/dataClient.js';
import { profileInWorker } from '../profile/profileInWorker.js';
import type { DataInspection } from './dataInspection.js';
import type { LabelChoice } from './wizardAnswers.js';

export interface WarningRequest {
  readonly inspection: DataInspection;
  readonly labels: LabelChoice;
  /** Whether the run weighs its labels, which answers that they are imbalanced. */
  readonly hasClassWeights: boolean;
  /** Model to train; `null` for a new one. */
  readonly modelFolder: string | null;
}

/**
 * Findings about the data, most severe first; none if the data cannot be read, which the run itself
 * reports. The inspection has profiled the data for the likely model; for another one,
 * the data is read again for at most two seconds.
 */
export async function runWarnings(
  dataClient: DataClient,
  { hasClassWeights, ...request }: WarningRequest,
): Promise<readonly Problem[]> {
  const found = await allWarnings(dataClient, request);
  return hasClassWeights ? found.filter((problem) => !isImbalance(problem)) : found;
}

async function allWarnings(
  dataClient: DataClient,
  { inspection, labels, modelFolder }: Omit<WarningRequest, 'hasClassWeights'>,
): Promise<readonly Problem[]> {
  const snapshot = await inspection.inBackground().catch(() => null);
  if (snapshot === null) return [];
  if (modelFolder === inspection.request.modelFolder) {
    return warningsBeforeTraining(snapshot.summary);
  }
  const { data } = runDataOf(snapshot, labels);
  const { workspaceFolder } = snapshot.selection;
  const selection = selectionOfRun({ data, workspaceFolder });
  return warningsInTime(async ({ signal, onSoFar }) => {
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
