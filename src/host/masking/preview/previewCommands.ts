import * as vscode from 'vscode';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { keepSeed } from './decide.js';
import type { MaskedDocuments } from './maskedDocuments.js';
import type { MaskingPreview } from './maskingPreview.js';
import { pickPolicy } from '../policies/pickPolicy.js';
import { isPolicyFile, policyFile } from '../policies/policySource.js';
import type { PreviewController } from './previewController.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import { folderAround } from '../../platform/workspace.js';

const TEXT_GLOB = '**/*.{txt,text,md,markdown}';
const MOST_FILES = 500;

/**
 * Previews the masking of the given or the active document. If that is a policy, previews it on an
 * open text document.
 */
export async function previewMasking(
  controller: PreviewController,
  resource: vscode.Uri | undefined,
): Promise<void> {
  const uri = resource ?? vscode.window.activeTextEditor?.document.uri;
  if (uri !== undefined && isPolicyFile(uri)) {
    const document = await textToPreview();
    if (document !== null) controller.start(document, policyFile(uri));
    return;
  }
  const document = uri === undefined ? await textToPreview() : await openText(uri);
  if (document === null) return;
  const policy = await pickPolicy({
    title: vscode.l10n.t('Preview Masking'),
    placeHolder: vscode.l10n.t('Select a policy for this text'),
    folder: folderAround(document.uri),
  });
  if (policy !== null) controller.start(document, policy);
}

interface ActionItem extends vscode.QuickPickItem {
  run?(): unknown;
}

/** Shows the actions of a preview, which its status bar item opens. */
export async function previewActions(
  controller: PreviewController,
  masked: MaskedDocuments,
): Promise<void> {
  const preview = controller.active();
  const { uri } = preview.policy;
  const items: ActionItem[] = [
    {
      label: `$(refresh) ${vscode.l10n.t('Reroll')}`,
      description: vscode.l10n.t('draw new masks with the next seed'),
      run: () => {
        preview.reroll();
      },
    },
    ...(preview.seed === null
      ? []
      : [
          {
            label: `$(discard) ${vscode.l10n.t('Return to the Seed of the Policy')}`,
            run: () => {
              preview.resetSeed();
            },
          },
          {
            label: `$(pinned) ${vscode.l10n.t('Keep This Seed')}`,
            description: vscode.l10n.t('write it to the policy'),
            run: () => keepSeed(preview),
          },
        ]),
    {
      label: `$(open-preview) ${vscode.l10n.t('Show Masked Text to the Side')}`,
      run: () => masked.open(preview),
    },
    {
      label: `$(json) ${vscode.l10n.t('Open Policy')}`,
      description: withoutMarkup(preview.policy.label),
      run: () => (uri === null ? openUnsaved(preview) : openBeside(uri)),
    },
    {
      label: `$(arrow-swap) ${vscode.l10n.t('Preview Another Policy…')}`,
      run: () => previewMasking(controller, preview.document.uri),
    },
    {
      label: `$(eye-closed) ${vscode.l10n.t('Stop Preview')}`,
      run: () => {
        controller.stop(preview.document);
      },
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Masking Preview: {0}', preview.policy.label),
    placeHolder: vscode.l10n.t('Select an action'),
  });
  await picked?.run?.();
}

async function openBeside(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
}

async function openUnsaved({ policy }: MaskingPreview): Promise<void> {
  const { text } = await policy.read();
  const document = await vscode.workspace.openTextDocument({ language: 'jsonc', content: text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

/** Document to preview a policy on: a visible one, one in a tab, or one that the person selects. */
async function textToPreview(): Promise<vscode.TextDocument | null> {
  const open = vscode.window.visibleTextEditors.find(({ document }) => isText(document));
  if (open !== undefined) return open.document;
  const tab = vscode.workspace.textDocuments.find(
    (document) => isText(document) && isOpen(document),
  );
  if (tab !== undefined) return openText(tab.uri);
  const files = await vscode.workspace.findFiles(TEXT_GLOB, undefined, MOST_FILES);
  const items = files
    .sort((a, b) => a.path.localeCompare(b.path))
    .map((uri) => ({
      label: `$(file) ${withoutMarkup(vscode.workspace.asRelativePath(uri))}`,
      uri,
    }));
  if (items.length === 0) {
    throw inputError(problem('masking.noTextToPreview'));
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Preview Masking'),
    placeHolder: vscode.l10n.t('Select a text to preview the policy on'),
  });
  return picked === undefined ? null : openText(picked.uri);
}

function isText({ languageId, uri }: vscode.TextDocument): boolean {
  return (
    ['plaintext', 'markdown'].includes(languageId) && ['file', 'untitled'].includes(uri.scheme)
  );
}

/** Whether a tab shows the document, which can also be open only in memory. */
function isOpen({ uri }: vscode.TextDocument): boolean {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(
      ({ input }) =>
        input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
    );
}

async function openText(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const shown = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  if (shown !== undefined) return shown.document;
  const active = vscode.window.activeTextEditor?.document.uri;
  const viewColumn =
    active !== undefined && isPolicyFile(active)
      ? vscode.ViewColumn.Beside
      : vscode.ViewColumn.Active;
  return (await vscode.window.showTextDocument(uri, { viewColumn })).document;
}
