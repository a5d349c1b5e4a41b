import * as vscode from 'vscode';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { classifyFile } from './predictFile.js';
import { isClassifier } from './pickClassifier.js';
import {
  classifyDocument,
  classifySelection,
  type ClassifierDependencies,
} from './classifySelection.js';
import { toggleRowLabels } from './rows/classifyRows.js';
import { RowLabelController } from './rows/rowLabelController.js';
import { rowLabelStatus } from './rows/rowLabelStatus.js';

/** Set once a run has a classifier, for the menu entries that use one. */
const HAS_CLASSIFIER = 'masklab.hasClassifier';

/** Registers the commands that use a trained classifier. */
export function registerClassifiers({
  registerCommand,
  ...dependencies
}: ClassifierDependencies & { readonly registerCommand: RegisterCommand }): Disposable {
  const disposables = new DisposableStore();
  disposables.add(
    registerCommand(COMMANDS.classifySelection, () => classifySelection(dependencies)),
  );
  disposables.add(registerCommand(COMMANDS.classifyDocument, () => classifyDocument(dependencies)));
  disposables.add(
    registerCommand(COMMANDS.classifyFile, (resource) =>
      classifyFile(dependencies, resource instanceof vscode.Uri ? resource : undefined),
    ),
  );
  const rows = disposables.add(
    new RowLabelController(dependencies.modelClient, dependencies.reporter),
  );
  disposables.add(rowLabelStatus(rows));
  disposables.add(
    registerCommand(COMMANDS.classifyRows, () => toggleRowLabels(rows, dependencies.runStore)),
  );
  const update = (): void => {
    const hasClassifier = dependencies.runStore.list().some(isClassifier);
    void vscode.commands.executeCommand('setContext', HAS_CLASSIFIER, hasClassifier);
  };
  disposables.add(
    dependencies.runStore.onDidChange(({ run, previous }) => {
      if (run?.hasModel !== previous?.hasModel || run?.status !== previous?.status) update();
    }),
  );
  return disposables;
}
