import path from 'node:path';
import * as vscode from 'vscode';
import { inputError, toAppErrorData } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { runCommandLine, type CommandLineOptions } from '../../node/runs/commandLineProcess.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { plural } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import type { Reporter } from '../platform/reporter.js';
import { followedFolders, FOLLOWED_FOLDERS } from '../platform/settings.js';
import { isTrustedForWriting } from '../platform/trust.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { whole } from './tree/runTooltip.js';

export interface ImportsOptions {
  readonly commandLine: CommandLineOptions;
  readonly registerCommand: RegisterCommand;
  readonly reporter: Pick<Reporter, 'ask' | 'error'>;
}

/**
 * Registers the command that imports runs of other tools, and follows the folders of the setting.
 * Files of other tools are read by the command line alone, in processes with bounded memory.
 */
export function registerImports(options: ImportsOptions): Disposable {
  const disposables = new DisposableStore();
  disposables.add(options.registerCommand(COMMANDS.importRuns, () => importRuns(options)));
  disposables.add(new FollowedImports(options));
  return disposables;
}

async function importRuns({ commandLine, reporter }: ImportsOptions): Promise<void> {
  if (!(await isTrustedForWriting())) return;
  const [first] = workspaceFoldersOnDisk();
  if (first === undefined) throw inputError(problem('workspace.noFolder'));
  const title = vscode.l10n.t('Import Runs');
  const chosen = await vscode.window.showOpenDialog({
    ...{ canSelectFiles: false, canSelectFolders: true, canSelectMany: true, title },
    defaultUri: first.uri,
    openLabel: vscode.l10n.t('Import'),
  });
  if (chosen === undefined || chosen.length === 0) return;
  const owner = vscode.workspace.getWorkspaceFolder(chosen[0]!) ?? first;
  const output = await followInNotification(title, (_report, signal) =>
    runCommandLine(
      'import',
      argumentsOf(
        chosen.map(({ fsPath }) => fsPath),
        owner,
      ),
      {
        ...{ ...commandLine, cwd: owner.uri.fsPath, signal },
      },
    ),
  );
  const count = output.trim().split('\n').length;
  const text = plural(
    count,
    vscode.l10n.t('{0} run was imported.', whole(count)),
    vscode.l10n.t('{0} runs were imported.', whole(count)),
  );
  void reporter.ask('info', text, []);
}

function argumentsOf(folders: readonly string[], owner: vscode.WorkspaceFolder): string[] {
  return [...folders, '--json', '--out', runsFolderOf(owner.uri.fsPath)];
}

/** A process per workspace folder with the setting, which ends with the window. */
class FollowedImports implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private running = new AbortController();

  constructor(private readonly options: ImportsOptions) {
    const restart = (): void => {
      this.restart();
    };
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(FOLLOWED_FOLDERS)) restart();
      }),
    );
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(restart));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(restart));
    restart();
  }

  dispose(): void {
    this.running.abort();
    this.disposables.dispose();
  }

  private restart(): void {
    this.running.abort();
    this.running = new AbortController();
    if (!vscode.workspace.isTrusted) return;
    for (const owner of workspaceFoldersOnDisk()) {
      const folders = followedFolders(owner.uri).map((folder) =>
        path.resolve(owner.uri.fsPath, folder),
      );
      if (folders.length > 0) void this.follow(folders, owner, this.running.signal);
    }
  }

  private async follow(
    folders: readonly string[],
    owner: vscode.WorkspaceFolder,
    signal: AbortSignal,
  ): Promise<void> {
    const { commandLine, reporter } = this.options;
    const args = [...argumentsOf(folders, owner), '--follow'];
    try {
      await runCommandLine('import', args, { ...commandLine, cwd: owner.uri.fsPath, signal });
    } catch (thrown) {
      if (toAppErrorData(thrown).code !== 'Cancelled') await reporter.error(thrown);
    }
  }
}
