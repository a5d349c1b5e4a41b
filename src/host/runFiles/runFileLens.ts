import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import { isStudyFile, isSweepFile } from './runFileText.js';

const TOP = new vscode.Range(0, 0, 0, 0);

/** Commands for a run file, study file or sweep file, above its first line. */
export const runFileLensProvider: vscode.CodeLensProvider = {
  provideCodeLenses: ({ uri }) => {
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(TOP, { title, command, arguments: [uri] });
    if (isStudyFile(uri)) {
      return [
        lens(`$(play)\u00a0${vscode.l10n.t('Run Study')}`, COMMANDS.runStudy),
        lens(`$(list-ordered)\u00a0${vscode.l10n.t('Plan')}`, COMMANDS.planStudy),
      ];
    }
    if (isSweepFile(uri)) {
      return [
        lens(`$(play)\u00a0${vscode.l10n.t('Run Sweep')}`, COMMANDS.runSweep),
        lens(`$(list-ordered)\u00a0${vscode.l10n.t('Plan')}`, COMMANDS.planSweep),
      ];
    }
    return [
      lens(`$(play)\u00a0${vscode.l10n.t('Run')}`, COMMANDS.runFile),
      lens(`$(clock)\u00a0${vscode.l10n.t('Estimate')}`, COMMANDS.estimateRunFile),
      lens(`$(diff)\u00a0${vscode.l10n.t('Compare with…')}`, COMMANDS.compareRunFile),
    ];
  },
};
