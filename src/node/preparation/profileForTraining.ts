import { AppError, type AppErrorData } from '../../core/errors.js';
import { BERT_MASKING } from '../../core/masking/policy/policy.js';
import type { Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataProfile } from '../../core/profile/profile.js';
import { withTrainingFindings } from '../../core/profile/profileWarnings.js';
import { dataReadingOf } from '../../core/runs/dataSnapshot.js';
import { suggestTraining } from '../../core/specs/defaults.js';
import { runDataOf } from '../../core/specs/runData.js';
import { inspectData } from '../data/inspectData.js';
import { profileData, type ProfileDataOptions } from '../data/profileData.js';
import { readProfiledModel } from '../models/profiledModel.js';
import { collectGarbage, keepHeapSmall } from '../runtime/collectGarbage.js';
import { rehearse } from './rehearsal.js';

/**
 * Profiles data, and then reads it as a run with the same options would, so that the profile names
 * everything that the run would refuse or warn about. Throws the errors of `profileData`.
 */
export async function profileForTraining(options: ProfileDataOptions): Promise<DataProfile> {
  keepHeapSmall();
  const profile = await profileData(options);
  if (profile.total.words === 0) return profile;
  // The lists of many files are held once, not twice.
  collectGarbage();
  return withTrainingFindings(profile, await findingsOf(options));
}

async function findingsOf({
  selection,
  modelFolder,
  signal,
  reading = dataReadingOf({}),
}: ProfileDataOptions): Promise<{
  readonly refusal: AppErrorData | null;
  readonly notes: readonly Message[];
}> {
  const notes: Message[] = [];
  try {
    // A selection that takes any file is trained on as the kind of its files suggests.
    const kind = selection.kind === 'any' ? null : selection.kind;
    const snapshot = await inspectData({ ...selection, kind }, reading, {
      ...{ modelFolder: null, signal, withSummary: false },
    });
    notes.push(...snapshot.warnings);
    if (modelFolder === null) return { refusal: null, notes };
    const { nearDuplicates, heldOutFraction: heldOut, testFraction: test, fold } = reading;
    const options = {
      test,
      ...(fold === null ? { heldOut } : { fold }),
      ...(nearDuplicates === null ? {} : { nearDuplicates }),
      ...(reading.maxLength === null ? {} : { maxLength: reading.maxLength }),
      ...(reading.truncation === null ? {} : { truncation: reading.truncation }),
    };
    const { task, data, size } = runDataOf(snapshot, options);
    const { workspaceFolder } = selection;
    const training = suggestTraining(size, { options });
    const masking = objectiveOf(task).data === 'text' ? BERT_MASKING : null;
    const spec = { workspaceFolder, task, data, masking, debias: null, training };
    const { warnings } = await rehearse(spec, {
      loadModel: async () => {
        const { tokenizer, model } = await readProfiledModel(modelFolder);
        return { tokenizer, maxLength: Math.min(training.maxLength, model.maxLength) };
      },
    });
    notes.push(...warnings);
    return { refusal: null, notes };
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'UserInput' || thrown.code === 'Data')) {
      return { refusal: thrown.data, notes };
    }
    throw thrown;
  }
}
