import * as vscode from 'vscode';
import * as z from 'zod';
import { isLive, isResumable } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { LANGUAGE_MODEL_TOOLS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import type { RunActions } from './runActions.js';
import type { RunStore } from './runStore.js';
import { answerRun, answerRunList, runNamed } from './runToolAnswers.js';

export interface RunToolsOptions {
  readonly runStore: Pick<RunStore, 'ready' | 'list' | 'update'>;
  readonly actions: Pick<RunActions, 'resume' | 'stop'>;
}

const listInput = z.object({ experiment: z.string().optional() });
const runInput = z.object({ run: z.string().min(1) });

/**
 * Registers tools for chats: list and read runs, and start or stop one after a confirmation. Input
 * from a chat is parsed; runs are named by id or name, never by path.
 */
export function registerRunTools({ runStore, actions }: RunToolsOptions): Disposable {
  const disposables = new DisposableStore();
  const named = async (input: unknown): Promise<RunSummary> => {
    const { run: name } = runInput.parse(input);
    await runStore.ready();
    const found = runNamed(runStore.list(), name);
    if (found !== null) return found;
    throw new Error(`No single run is called "${name}". List the runs and name one by its id.`);
  };
  const add = (name: string, tool: vscode.LanguageModelTool<unknown>): void => {
    disposables.add(vscode.lm.registerTool(name, tool));
  };
  add(LANGUAGE_MODEL_TOOLS.listRuns, {
    invoke: async ({ input }) => {
      await runStore.ready();
      return answer(answerRunList(runStore.list(), listInput.parse(input).experiment));
    },
  });
  add(LANGUAGE_MODEL_TOOLS.readRun, {
    invoke: async ({ input }) => answer(answerRun(await named(input))),
  });
  add(LANGUAGE_MODEL_TOOLS.startRun, {
    prepareInvocation: async ({ input }) => {
      const { name } = await named(input);
      return asking(
        vscode.l10n.t('Start a run'),
        vscode.l10n.t('Start or resume the run “{0}”? It trains on this machine.', name),
      );
    },
    invoke: async ({ input }) => {
      const run = await named(input);
      if (!isResumable(run.status)) {
        throw new Error(`This run cannot be started: it is ${run.status}.`);
      }
      await actions.resume(run.directory);
      return answer(answerRun((await runStore.update(run.directory)) ?? run));
    },
  });
  add(LANGUAGE_MODEL_TOOLS.stopRun, {
    prepareInvocation: async ({ input }) => {
      const { name } = await named(input);
      return asking(
        vscode.l10n.t('Stop a run'),
        vscode.l10n.t('Stop the run “{0}”? Its last checkpoint is kept.', name),
      );
    },
    invoke: async ({ input }) => {
      const run = await named(input);
      if (!isLive(run.status)) throw new Error(`This run is not training: it is ${run.status}.`);
      await actions.stop(run.directory);
      return answer(answerRun((await runStore.update(run.directory)) ?? run));
    },
  });
  return disposables;
}

function answer(content: object): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([
    new vscode.LanguageModelTextPart(JSON.stringify(content)),
  ]);
}

function asking(title: string, message: string): vscode.PreparedToolInvocation {
  return { confirmationMessages: { title, message } };
}
