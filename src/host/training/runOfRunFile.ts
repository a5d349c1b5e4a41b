import type * as vscode from 'vscode';
import { dataReadingOf, selectionOf } from '../../core/runs/dataSnapshot.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { requestOfRunFile } from '../../node/runs/readRunFile.js';
import type { InspectionRequest } from './dataInspection.js';
import type { RunToCreate } from './runRequest.js';

export interface RunFilePlaces {
  /** Workspace folder that keeps the run. */
  readonly folder: vscode.WorkspaceFolder;
  /** Folder that the paths of the run file are relative to. */
  readonly base: string;
  readonly bundledModel: string;
}

/** The run of a run file, and the inspection of data that it needs. */
export interface WrittenRun {
  readonly inspection: InspectionRequest;
  readonly run: Omit<RunToCreate, 'inspection'>;
}

export function runOfRunFile(
  written: RunFile,
  { folder, base, bundledModel }: RunFilePlaces,
): WrittenRun {
  const workspaceFolder = folder.uri.fsPath;
  const request = requestOfRunFile(written, { folder: base, workspaceFolder, bundledModel });
  const { paths, exclude = [], modelFolder = null, options = {}, ...choices } = request;
  return {
    inspection: {
      selection: selectionOf(options, { workspaceFolder, paths, exclude }),
      reading: dataReadingOf(options),
      modelFolder: modelFolder ?? bundledModel,
    },
    run: { folder, modelFolder, choices: { ...choices, options } },
  };
}
