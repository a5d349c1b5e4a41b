import type { DataSelection } from '../../core/data/dataSelection.js';
import {
  dataReadingOf,
  selectionOf,
  type InspectionProgress,
} from '../../core/runs/dataSnapshot.js';
import { inspectData } from '../data/inspectData.js';
import { rehearseRun } from '../preparation/rehearsal.js';
import { inspectModel } from '../models/inspectModel.js';
import type { CreateRunOptions } from './createRun.js';

/** Data and model of a run by path, before inspection. */
export interface RunRequest extends Omit<CreateRunOptions, 'snapshot' | 'model' | 'onProgress'> {
  readonly workspaceFolder: string;
  readonly paths: readonly string[];
  /** Globs to exclude from folders. Default: none. */
  readonly exclude?: DataSelection['exclude'];
  /** Absent for a run that creates its model. */
  readonly modelFolder?: string;
  readonly onProgress?: (progress: InspectionProgress) => void;
}

/**
 * Inspects data and model in this process, as input of `createRun`. The editor asks the data worker
 * instead. Throws like `inspectData` and `inspectModel`.
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
  return {
    ...rest,
    snapshot,
    rehearse: rehearseRun,
    inspectModel: (folder) => inspectModel(folder, { signal }),
    model: await inspectModel(modelFolder, { signal }),
  };
}
