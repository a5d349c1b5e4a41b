import type { DataSelection } from '../../core/data/dataSelection.js';
import {
  dataReadingOf,
  selectionOf,
  type InspectionProgress,
} from '../../core/runs/dataSnapshot.js';
import { inspectData } from '../data/inspectData.js';
import { inspectModel } from '../models/inspectModel.js';
import type { CreateRunOptions } from './createRun.js';

/** Data and model of a run as they were named, not inspected yet. */
export interface RunRequest extends Omit<CreateRunOptions, 'snapshot' | 'model' | 'onProgress'> {
  readonly workspaceFolder: string;
  readonly paths: readonly string[];
  /** Globs that are left out of folders. Default: none. */
  readonly exclude?: DataSelection['exclude'];
  /** Absent for a run that makes its model. */
  readonly modelFolder?: string;
  readonly onProgress?: (progress: InspectionProgress) => void;
}

/**
 * Inspects data and model in this process, for `createRun` to make a run of them. The editor asks
 * the data worker instead. Throws what `inspectData` and `inspectModel` throw.
 */
export async function inspectRun(request: RunRequest): Promise<CreateRunOptions> {
  const { workspaceFolder, paths, exclude = [], modelFolder, onProgress, ...rest } = request;
  const { options = {}, signal } = rest;
  const selection = selectionOf(options, { workspaceFolder, paths, exclude });
  const snapshot = await inspectData(selection, dataReadingOf(options), {
    modelFolder: modelFolder ?? null,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (modelFolder === undefined) return { ...rest, snapshot };
  return { ...rest, snapshot, model: await inspectModel(modelFolder, { signal }) };
}
