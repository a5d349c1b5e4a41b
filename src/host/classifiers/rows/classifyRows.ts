import path from 'node:path';
import * as vscode from 'vscode';
import { documentFormatOf } from '../../../core/data/documentRows.js';
import { readRunSpec } from '../../../node/runs/runSpecFile.js';
import { notify } from '../../platform/notify.js';
import type { RunStore } from '../../runs/runStore.js';
import { pickClassifier } from '../pickClassifier.js';
import type { RowLabelController } from './rowLabelController.js';

/** Switches predictions behind the rows of tables on, with the classifier that is picked, or off. */
export async function toggleRowLabels(
  controller: RowLabelController,
  runStore: Pick<RunStore, 'ready' | 'list'>,
): Promise<void> {
  if (controller.classifier !== null) {
    controller.turnOff();
    return;
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || documentFormatOf(document.uri.path) === null) {
    const text = vscode.l10n.t('Open a .csv, .tsv or .jsonl file to see predictions for its rows.');
    void notify('info', text);
    return;
  }
  const run = await pickClassifier(runStore);
  if (run === null) return;
  // A run of another tool has no spec.
  const classifier = { run, spec: await readRunSpec(run.directory).catch(() => null) };
  if (!controller.hasTexts(document, classifier)) {
    const name = path.basename(document.uri.path);
    const text = vscode.l10n.t(
      'It is not clear which column of {0} has the texts, or the file is too long.',
      name,
    );
    void notify('warning', text);
    return;
  }
  controller.turnOn(classifier);
}
