import * as vscode from 'vscode';

/** Shows a folder: in the file manager on a desktop, else in the explorer view. */
export async function revealFolder(folder: vscode.Uri): Promise<void> {
  const isLocalDesktop =
    vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const command = isLocalDesktop ? 'revealFileInOS' : 'revealInExplorer';
  await vscode.commands.executeCommand(command, folder);
}
