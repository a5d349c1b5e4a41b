import { createHash } from 'node:crypto';
import path from 'node:path';
import type { InspectedModel } from '../../core/models/inspectedModel.js';
import { runModelFolder } from './runDirectory.js';

/**
 * The model that a run has yet to train, in the form of the one that it starts from. Its files are not
 * known, but the run and its seed decide what they are.
 */
export function futureModel(
  form: InspectedModel,
  {
    id,
    name,
    runsFolder,
  }: { readonly id: string; readonly name: string; readonly runsFolder: string },
): InspectedModel {
  const { hiddenSize, maxLength } = form;
  return {
    path: runModelFolder(path.resolve(runsFolder, id)),
    name,
    sha256: createHash('sha256').update(`run ${id}`).digest('hex'),
    ofRun: id,
    hiddenSize,
    maxLength,
  };
}
