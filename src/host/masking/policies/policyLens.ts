import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';

const TOP = new vscode.Range(0, 0, 0, 0);

/** Commands for a policy, above its first line. */
export const policyLensProvider: vscode.CodeLensProvider = {
  provideCodeLenses: ({ uri }) => {
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(TOP, { title, command, arguments: [uri] });
    return [
      lens(`$(eye)\u00a0${vscode.l10n.t('Preview')}`, COMMANDS.previewMasking),
      lens(`$(play)\u00a0${vscode.l10n.t('Use in Fine-Tuning')}`, COMMANDS.fineTune),
      lens(`$(table)\u00a0${vscode.l10n.t('Mask Dataset')}`, COMMANDS.maskDataset),
    ];
  },
};
