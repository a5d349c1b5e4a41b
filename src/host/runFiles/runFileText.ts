import path from 'node:path';
import type * as vscode from 'vscode';
import { STUDY_FILE_EXTENSION, studyFileProblems } from '../../core/experiments/study/studyFile.js';
import { SWEEP_FILE_EXTENSION, sweepFileProblems } from '../../core/experiments/sweep/sweepFile.js';
import type { DocumentProblem } from '../../core/jsonDocument/documentProblem.js';
import { RUN_FILE_EXTENSION, runFileProblems } from '../../core/specs/runFile.js';
import { runFilePlaceProblems, studyFilePlaceProblems } from '../../node/runs/runFilePlaces.js';

/** Schemes of run files; one that is not saved yet has the path that it will have. */
const SCHEMES: ReadonlySet<string> = new Set(['file', 'untitled']);

export function isRunFile({ path: file, scheme }: vscode.Uri): boolean {
  return SCHEMES.has(scheme) && file.endsWith(RUN_FILE_EXTENSION);
}

export function isStudyFile({ path: file, scheme }: vscode.Uri): boolean {
  return SCHEMES.has(scheme) && file.endsWith(STUDY_FILE_EXTENSION);
}

export function isSweepFile({ path: file, scheme }: vscode.Uri): boolean {
  return SCHEMES.has(scheme) && file.endsWith(SWEEP_FILE_EXTENSION);
}

/** Problems of a run file, study file or sweep file, those of the paths in it included. */
export function problemsOf(
  document: Pick<vscode.TextDocument, 'uri' | 'getText'>,
): DocumentProblem[] {
  const folder = path.dirname(document.uri.fsPath);
  const text = document.getText();
  if (isSweepFile(document.uri)) {
    return sweepFileProblems(text, ({ run }) => runFilePlaceProblems(run, folder, ['run']));
  }
  return isStudyFile(document.uri)
    ? studyFileProblems(text, (study) => studyFilePlaceProblems(study, folder))
    : runFileProblems(text, (run) => runFilePlaceProblems(run, folder));
}
