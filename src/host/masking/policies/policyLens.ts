import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';

const TOP = new vscode.Range(0, 0, 0, 0);

/** Above a policy: what one does with it. */
export const policyLensProvider: vscode.CodeLensProvider = {
  provideCodeLenses: ({ uri }) =>
    [
      { title: '$(eye)\u00a0Preview', command: COMMANDS.previewMasking, arguments: [uri] },
      { title: '$(play)\u00a0Use in fine-tuning', command: COMMANDS.fineTune, arguments: [uri] },
      { title: '$(table)\u00a0Mask dataset', command: COMMANDS.maskDataset, arguments: [uri] },
    ].map((command) => new vscode.CodeLens(TOP, command)),
};
