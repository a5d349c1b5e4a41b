import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { parseJsonText } from '../../../core/jsonText.js';
import {
  forkCommandLine,
  type CommandLineOptions,
  type ForkedCommand,
} from '../../../node/runs/commandLineProcess.js';
import type { ServingState } from '../view/modelRow.js';

/** First line of `masklab serve --json`. */
const startedSchema = z.object({ url: z.url({ protocol: /^http$/ }), token: z.boolean() });

interface Server extends ServingState {
  readonly command: ForkedCommand;
}

export interface ServedModelsOptions {
  readonly commandLine: CommandLineOptions;
  readonly onError: (thrown: unknown) => void;
}

/** Servers that this window started, each a process that ends with the window. */
export class ServedModels implements vscode.Disposable {
  private readonly servers = new Map<string, Server>();
  private readonly changed = new vscode.EventEmitter<undefined>();

  readonly onDidChange = this.changed.event;

  constructor(private readonly options: ServedModelsOptions) {}

  /** Servers by model folder. */
  all(): ReadonlyMap<string, ServingState> {
    return this.servers;
  }

  /** Serves the model in a folder, unless it is served already. */
  async serve(folder: string, name: string): Promise<void> {
    if (this.servers.has(folder)) return;
    const { commandLine, onError } = this.options;
    const { cliPath } = commandLine;
    const args = ['--model', folder, '--json'];
    const command = forkCommandLine('serve', args, { cliPath, cwd: path.dirname(cliPath) });
    this.set(folder, { command, url: null, needsToken: false });
    void command.ended.then((error) => {
      if (this.servers.get(folder)?.command !== command) return;
      this.servers.delete(folder);
      this.changed.fire(undefined);
      if (error !== null) onError(error);
    });
    const title = vscode.l10n.t('Starting a server for {0}…', name);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title },
      async () => {
        const line = await command.firstLine.catch(() => null);
        if (line === null || this.servers.get(folder)?.command !== command) return;
        const { url, token } = startedSchema.parse(parseJsonText(line));
        this.set(folder, { command, url, needsToken: token });
      },
    );
  }

  stop(folder: string): void {
    const server = this.servers.get(folder);
    if (server === undefined) return;
    this.servers.delete(folder);
    server.command.stop();
    this.changed.fire(undefined);
  }

  dispose(): void {
    for (const { command } of this.servers.values()) command.stop();
    this.servers.clear();
    this.changed.dispose();
  }

  private set(folder: string, server: Server): void {
    this.servers.set(folder, server);
    this.changed.fire(undefined);
  }
}
