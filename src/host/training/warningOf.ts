import type { Problem } from '../../core/messages/message.js';
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
  /** Model to train; `null` for a new one. */
  readonly modelFolder: string | null;
}

/**
 * Most severe finding about the data; `null` if there is none, or if the data cannot be read, which
 * the run itself reports. The inspection has profiled the data for the likely model; for another one,
 * the data is read again for at most two seconds.
 */
export async function warningOf(
  dataClient: DataClient,
  { inspection, labels, modelFolder }: WarningRequest,
): Promise<Problem | null> {
  const snapshot = await inspection.inBackground().catch(() => null);
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
