import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { ModelClient } from '../models/modelClient.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Reporter } from '../platform/reporter.js';
import type { RunStore } from '../runs/runStore.js';
import { pickClassifier } from './pickClassifier.js';
import { predictionText } from './predictionText.js';

export interface ClassifierDependencies {
  readonly modelClient: ModelClient;
  readonly runStore: RunStore;
  readonly reporter: Reporter;
}

/** Longest text that is sent; models read far less of it. */
const MOST_CHARACTERS = 100_000;

/** Classifies the selected text, or the line of the cursor if nothing is selected. */
export async function classifySelection({
  modelClient,
  runStore,
  reporter,
}: ClassifierDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const text = editor === undefined ? '' : selectedText(editor);
  if (text === '') throw inputError(problem('models.nothingToClassify'));
  const run = await pickClassifier(runStore);
  if (run === null) return;
  const { predictions } = await modelClient.call('classify', {
    modelFolder: runModelFolder(run.directory),
    texts: [{ text, pair: null }],
    lane: 'interactive',
  });
  const [prediction] = predictions;
  if (prediction === undefined) return;
  const result = predictionText(prediction);
  // Not awaited: the message stays open as long as the person likes.
  void reporter.ask('info', vscode.l10n.t('{0}: {1}', run.name, result), [
    {
      title: vscode.l10n.t('Copy'),
      run: () => vscode.env.clipboard.writeText(result),
    },
    {
      title: vscode.l10n.t('Open Run Panel'),
      run: () => vscode.commands.executeCommand(COMMANDS.openRun, run.directory),
    },
  ]);
}

function selectedText({ document, selection }: vscode.TextEditor): string {
  const range = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
  return document.getText(range).trim().slice(0, MOST_CHARACTERS);
}
