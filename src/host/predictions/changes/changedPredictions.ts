import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from '../../../core/models/bundled.js';
import { cancelled } from '../../../core/errors.js';
import { RUN_FILES } from '../../../core/runs/schema.js';
import { wordsIn } from '../../../core/text/words.js';
import { groupThousands } from '../../../core/format.js';
import { runModelFolder } from '../../../node/runs/runDirectory.js';
import { readRunSpec } from '../../../node/runs/runSpecFile.js';
import { pickModelFolder, type ModelPlaces } from '../../models/modelPicker.js';
import { nameOfModel, type NamedModel } from '../../models/modelSelection.js';
import { abortSignalOf } from '../../platform/cancellation.js';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import type { Disposable } from '../../platform/disposables.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { notify } from '../../platform/notify.js';
import { BACK, pickOne } from '../../platform/question.js';
import { isTrustedForModels } from '../../platform/trust.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { RunStore } from '../../runs/runStore.js';
import { targetsOf, type RunSources } from '../../runs/runTargets.js';
import type { ComparedModel } from '../comparedModel.js';
import { isPredictedIn } from '../documentProse.js';
import type { HoverDependencies } from '../hoverProvider.js';
import type { PredictionLimits } from '../limits/predictionLimits.js';
import { linesOf } from '../surprisal/surprisalController.js';
import { blocksIn, wholeParagraphs } from '../surprisal/textBlocks.js';
import {
  bestText,
  blocksNear,
  changesReport,
  changeText,
  comparedText,
  measureText,
  rankChanges,
  surprisalText,
  whole,
  type ChangedWord,
  type ChangedWords,
} from './changedWords.js';

/** Words that are compared; those farthest from the visible text are left out. */
const MOST_WORDS = 3000;

export interface ChangesDependencies extends HoverDependencies, ModelPlaces {
  readonly comparedModel: ComparedModel;
  readonly limits: PredictionLimits;
  readonly runStore: RunStore;
  readonly sources: RunSources;
  readonly registerCommand: RegisterCommand;
}

/** Registers the command that lists the words of a document whose predictions two models differ in. */
export function registerChangedPredictions(deps: ChangesDependencies): Disposable {
  return deps.registerCommand(COMMANDS.listChangedPredictions, async (...args) => {
    const [run = null] = targetsOf(args, deps.sources) ?? [];
    await listChanges(deps, run);
  });
}

async function listChanges(deps: ChangesDependencies, run: string | null): Promise<void> {
  const editor = editorToRead();
  if (editor === undefined) {
    void notify(
      'info',
      vscode.l10n.t('Open a text or Markdown file to list the words whose predictions changed.'),
    );
    return;
  }
  if (!(await isTrustedForModels())) return;
  await deps.runStore.ready();
  const after = await modelOf(deps, editor, run);
  const before = await modelBefore(deps, { after, run });
  if (before === null) return;
  const found = await compare(deps, editor, { before, after });
  if (found.listed.length === 0) {
    void notify(
      'info',
      vscode.l10n.t('{0} and {1} predict the same in this file.', before.name, after.name),
    );
    return;
  }
  await show(editor, found, { before: before.name, after: after.name });
}

/** The active editor, or a visible one while a panel is active. */
function editorToRead(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return [activeTextEditor, ...visibleTextEditors].find(
    (editor) => editor !== undefined && isPredictedIn(editor.document),
  );
}

/** The model of a run, or its checkpoint in use; without a run, the model in use. */
async function modelOf(
  { modelSelection }: ChangesDependencies,
  { document }: vscode.TextEditor,
  run: string | null,
): Promise<NamedModel> {
  if (run === null || modelSelection.followedRun === run) {
    return modelSelection.current(document.uri);
  }
  const folder = runModelFolder(run);
  return { folder, name: await nameOfModel(folder) };
}

/** The compared model of hovers, the model that a run started from, or one that the person chooses. */
async function modelBefore(
  deps: ChangesDependencies,
  { after, run }: { readonly after: NamedModel; readonly run: string | null },
): Promise<NamedModel | null> {
  const { comparedModel, modelSelection } = deps;
  if (run === null) {
    const compared = await comparedModel.current();
    if (compared !== null && compared.folder !== after.folder) return compared;
  }
  const trained = run ?? modelSelection.runOf(after.folder);
  const start = trained === null ? null : await startModelOf(trained, modelSelection.bundledFolder);
  if (start !== null) return { folder: start, name: await nameOfModel(start) };
  const folder = await pickModelFolder({
    title: vscode.l10n.t('List Changed Predictions'),
    placeHolder: vscode.l10n.t('Model to compare {0} with', after.name),
    ...{ modelStore: deps.modelStore, addFromHub: deps.addFromHub },
    bundledModel: modelSelection.bundledFolder,
    runs: deps.runStore.list(),
  });
  return folder === null ? null : { folder, name: await nameOfModel(folder) };
}

/** Folder of the model that a run started from; `null` if it is gone. */
async function startModelOf(run: string, bundledFolder: string): Promise<string | null> {
  const { model, newModel } = await readRunSpec(run);
  const isBundled = model.path.endsWith(path.join(path.sep, BUNDLED_MODEL_FOLDER));
  const folders =
    newModel === null
      ? [model.path, ...(isBundled ? [bundledFolder] : [])]
      : [path.join(run, RUN_FILES.start)];
  return folders.find((folder) => fs.existsSync(path.join(folder, 'config.json'))) ?? null;
}

async function compare(
  { modelClient, limits }: ChangesDependencies,
  { document, visibleRanges }: vscode.TextEditor,
  { before, after }: { readonly before: NamedModel; readonly after: NamedModel },
): Promise<ChangedWords> {
  const lines = linesOf(document);
  const all = blocksIn(lines, wholeParagraphs(lines, { first: 0, last: lines.lineCount - 1 }));
  const visible = {
    first: visibleRanges[0]?.start.line ?? 0,
    last: visibleRanges.at(-1)?.end.line ?? 0,
  };
  const { blocks, isCut } = blocksNear(all, visible, {
    wordsOf: ({ text }) => wordsIn(text).length,
    most: MOST_WORDS,
  });
  const most = groupThousands(MOST_WORDS, EDITOR_WORDS.locale);
  limits.set(
    document,
    'changes',
    isCut ? vscode.l10n.t('Changes of {0} words around the visible text', most) : null,
  );
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Comparing {0} with {1}', after.name, before.name),
      cancellable: true,
    },
    async (progress, token) => {
      const signal = abortSignalOf(token);
      const found = [];
      for (const block of blocks) {
        if (signal.aborted) throw cancelled();
        const { text } = block;
        const words = wordsIn(text);
        progress.report({ increment: 100 / blocks.length });
        if (words.length === 0) continue;
        const request = { modelFolder: after.folder, before: before.folder, text, words };
        const changes = await modelClient.call(
          'predictionChanges',
          { ...request, isPacked: true, lane: 'visible' },
          signal,
        );
        found.push({ block, ...changes });
      }
      const [first] = found;
      return {
        measure: first?.measure ?? 'jensenShannon',
        listed: rankChanges(found),
        compared: found.reduce((sum, { words }) => sum + words.length, 0),
        isCut,
      };
    },
  );
}

interface ChangeItem extends vscode.QuickPickItem {
  /** `null` for the item that opens the list as a document. */
  readonly word: ChangedWord | null;
}

/** Lists words; the editor shows the focused one, and keeps it if it is accepted. */
async function show(
  editor: vscode.TextEditor,
  found: ChangedWords,
  models: { readonly before: string; readonly after: string },
): Promise<void> {
  const { document, selection } = editor;
  const [visible] = editor.visibleRanges;
  const items = found.listed.map(itemOf);
  const report: ChangeItem = {
    label: `$(open-preview) ${vscode.l10n.t('Open as a Document')}`,
    description: vscode.l10n.t('{0} words in a Markdown table', whole(found.listed.length)),
    word: null,
  };
  const picked = await pickOne({
    title: vscode.l10n.t('Changed Predictions: {0} → {1}', models.before, models.after),
    placeHolder: `${comparedText(found)}, ${measureText(found.measure)}`,
    items: [report, ...items],
    active: items[0],
    keepUpToDate: (pick) =>
      pick.onDidChangeActive(([item]) => {
        if (item?.word != null) reveal(editor, item.word);
      }),
  });
  if (picked === null || picked === BACK) {
    editor.selection = selection;
    if (visible !== undefined) editor.revealRange(visible, vscode.TextEditorRevealType.AtTop);
  } else if (picked.word !== null) {
    const shown = await vscode.window.showTextDocument(document, editor.viewColumn);
    reveal(shown, picked.word);
  } else {
    const file = vscode.workspace.asRelativePath(document.uri);
    const content = changesReport(found, { ...models, file });
    const sheet = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
    await vscode.window.showTextDocument(sheet, { viewColumn: vscode.ViewColumn.Beside });
  }
}

function itemOf(word: ChangedWord): ChangeItem {
  return {
    label: withoutMarkup(word.text),
    description: [
      vscode.l10n.t('line {0}', whole(word.line + 1)),
      changeText(word),
      vscode.l10n.t('surprisal {0} bits', surprisalText(word)),
    ].join(' · '),
    detail: withoutMarkup(bestText(word)),
    word,
  };
}

function reveal(editor: vscode.TextEditor, { line, character, text }: ChangedWord): void {
  const range = new vscode.Range(line, character, line, character + text.length);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
