import * as vscode from 'vscode';
import type { CommandId } from './contributions.js';
import type { Disposable } from './disposables.js';
import type { MessageAction, Reporter } from './reporter.js';

/** Runs a command. Arguments come from menus, links and other extensions: parse them. */
export type CommandRun = (...args: unknown[]) => unknown;

export interface CommandOptions {
  /** Buttons that the message of an error gets. Default: none. */
  readonly errorActions?: () => readonly MessageAction[];
}

/** Registers a command whose errors are reported to the person. */
export type RegisterCommand = (
  id: CommandId,
  run: CommandRun,
  options?: CommandOptions,
) => Disposable;

/** The one way in which commands are registered: errors go to `reporter`. */
export function commandsReportingTo(reporter: Pick<Reporter, 'error'>): RegisterCommand {
  return (id, run, { errorActions = () => [] } = {}) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (thrown) {
        // Not awaited: the message may be open long after the command is done.
        void reporter.error(thrown, errorActions());
      }
    });
}
