import path from 'node:path';
import { AppError, modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { fingerprintModelFolder } from './modelFingerprint.js';

/** Model of a run that fine-tunes one, or that a method refers to. */
type Recorded = Pick<RunSpec, 'model'> & Partial<Pick<RunSpec, 'newModel'>>;

/**
 * Folder of the model that a run starts from. An update of the extension moves the bundled model: if
 * the recorded folder is missing or holds another model, the bundled one is used if it is the same.
 * Throws `Model` if neither has the recorded fingerprint.
 */
export async function findStartModel({ model, newModel = null }: Recorded): Promise<string> {
  const { path: recorded, sha256, ofRun } = model;
  // Its fingerprint was not known yet; the runs and their seeds decide what it is.
  if (ofRun !== undefined || newModel !== null) return recorded;
  const bundled = path.join(__dirname, '..', BUNDLED_MODEL_FOLDER);
  let unreadable: AppError | null = null;
  for (const folder of [recorded, bundled]) {
    try {
      if ((await fingerprintModelFolder(folder)) === sha256) return folder;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      unreadable ??= thrown;
    }
  }
  throw unreadable ?? modelError(recorded, problem('models.changedModel'));
}
