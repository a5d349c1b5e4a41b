import fs from 'node:fs';
import path from 'node:path';
import { selectionOfRun } from '../../core/specs/runData.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';

/** Request to profile the data of a run. */
export function profileOfRun(spec: RunSpec): ProfileRequest {
  return {
    title: `Data of ${spec.name}`,
    selection: selectionOfRun(spec),
    modelFolder: profiledModelOf(spec),
  };
}

/**
 * The model that a run starts from; where the run makes that one, what it has become, or null if it
 * has not.
 */
function profiledModelOf({ model, newModel }: RunSpec): string | null {
  if (newModel === null) return model.path;
  const trained = path.join(path.dirname(model.path), RUN_FILES.model);
  return fs.existsSync(trained) ? trained : null;
}
