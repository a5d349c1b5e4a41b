import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { dataReadingOfRun, selectionOfRun } from '../../core/specs/runData.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';

/** Request to profile the data of a run. */
export function profileOfRun(spec: RunSpec): ProfileRequest {
  return {
    title: vscode.l10n.t('Data of {0}', spec.name),
    selection: selectionOfRun(spec),
    reading: dataReadingOfRun(spec),
    modelFolder: profiledModelOf(spec),
  };
}

/**
 * The model that a run starts from. For a run that makes this model, its trained model, or `null` if
 * there is none yet.
 */
function profiledModelOf({ model, newModel }: RunSpec): string | null {
  if (newModel === null) return model.path;
  const trained = path.join(path.dirname(model.path), RUN_FILES.model);
  return fs.existsSync(trained) ? trained : null;
}
