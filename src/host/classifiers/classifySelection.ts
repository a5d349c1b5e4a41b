import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { readsPairs } from '../../core/specs/runFacts.js';
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

/**
 * Classifies the selected text, or the line of the cursor if nothing is selected. A classifier of pairs
 * takes two selections, or asks for the second text.
 */
export function classifySelection(dependencies: ClassifierDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  return classify(editor === undefined ? [] : selectedTexts(editor), dependencies);
}

/** Classifies all text of the open document, saved or not. */
export function classifyDocument(dependencies: ClassifierDependencies): Promise<void> {
  const text = vscode.window.activeTextEditor?.document.getText().trim() ?? '';
  return classify(text === '' ? [] : [text], dependencies);
}

async function classify(
  [text = '', second = '']: readonly string[],
  { modelClient, runStore, reporter }: ClassifierDependencies,
): Promise<void> {
  if (text === '') throw inputError(problem('models.nothingToClassify'));
  const run = await pickClassifier(runStore);
  if (run === null) return;
  const pair =
    run.facts !== null && readsPairs(run.facts) ? second || (await askSecondText()) : null;
  if (pair === undefined) return;
  const { predictions } = await modelClient.call('classify', {
    modelFolder: runModelFolder(run.directory),
    texts: [{ text: sent(text), pair: pair && sent(pair) }],
    lane: 'interactive',
  });
  const [prediction] = predictions;
  if (prediction === undefined) return;
  const result = predictionText(prediction);
  const isCut = prediction.isCut === true || text.length > MOST_CHARACTERS;
  const shown = isCut
    ? vscode.l10n.t('{0}: {1}. The model read only a part of the text.', run.name, result)
    : vscode.l10n.t('{0}: {1}', run.name, result);
  // Not awaited: the message stays open as long as the person likes.
  void reporter.ask('info', shown, [
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

/** The selected texts in reading order, or the lines of the cursors where nothing is selected. */
function selectedTexts({ document, selections }: vscode.TextEditor): string[] {
  return selections
    .toSorted((a, b) => a.start.compareTo(b.start))
    .map((selection) => {
      const range = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
      return document.getText(range).trim();
    })
    .filter((text) => text !== '');
}

const sent = (text: string): string => text.slice(0, MOST_CHARACTERS);

/** Asks for the second text of a pair; undefined if the person dismisses the question. */
function askSecondText(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Classify Selection'),
    prompt: vscode.l10n.t(
      'This classifier compares two texts. Enter the second one, or select both with two cursors.',
    ),
    ignoreFocusOut: true,
  });
}
