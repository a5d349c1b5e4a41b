import * as vscode from 'vscode';
import { AppError } from '../../../core/errors.js';
import { keepSeed } from './decide.js';
import type { MaskedDocuments } from './maskedDocuments.js';
import type { MaskingPreview } from './maskingPreview.js';
import { pickPolicy } from '../policies/pickPolicy.js';
import { isPolicyFile, policyFile } from '../policies/policySource.js';
import type { PreviewController } from './previewController.js';

const TEXT_GLOB = '**/*.{txt,text,md,markdown}';
const MOST_FILES = 500;

/**
 * Previews the masking of a text: the command's argument, or what is open, says which; where it is
 * a policy, the text beside it is previewed with it.
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
    title: 'Preview masking',
    placeHolder: 'Which policy should mask this text?',
    folder: folderOf(document),
  });
  if (policy !== null) controller.start(document, policy);
}

interface ActionItem extends vscode.QuickPickItem {
  run?(): unknown;
}

/** The legend's actions: what the status bar's entry opens. */
export async function previewActions(
  controller: PreviewController,
  masked: MaskedDocuments,
): Promise<void> {
  const preview = controller.active();
  const { uri } = preview.policy;
  const items: ActionItem[] = [
    {
      label: '$(refresh) Re-roll',
      description: 'mask anew with the next seed',
      run: () => {
        preview.reroll();
      },
    },
    ...(preview.seed === null
      ? []
      : [
          {
            label: '$(discard) Back to the policy’s own seed',
            run: () => {
              preview.resetSeed();
            },
          },
          {
            label: '$(pinned) Keep this seed',
            description: 'writes it into the policy',
            run: () => keepSeed(preview),
          },
        ]),
    { label: '$(open-preview) Show masked text beside', run: () => masked.open(preview) },
    {
      label: '$(json) Open the policy',
      description: preview.policy.label,
      run: () => (uri === null ? openUnsaved(preview) : openBeside(uri)),
    },
    {
      label: '$(arrow-swap) Preview another policy…',
      run: () => previewMasking(controller, preview.document.uri),
    },
    {
      label: '$(eye-closed) Stop',
      run: () => {
        controller.stop(preview.document);
      },
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Masking preview: ${preview.policy.label}`,
    placeHolder: 'What next?',
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

/** The text in sight that a policy can be tried on; asks for one where there is none. */
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
    .map((uri) => ({ label: `$(file) ${vscode.workspace.asRelativePath(uri)}`, uri }));
  if (items.length === 0) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: 'There is no text to preview the policy on.',
        remedy: 'Open a text or Markdown file, then preview again.',
      },
    });
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Preview masking',
    placeHolder: 'On which text should the policy be tried?',
  });
  return picked === undefined ? null : openText(picked.uri);
}

function isText({ languageId, uri }: vscode.TextDocument): boolean {
  return (
    ['plaintext', 'markdown'].includes(languageId) && ['file', 'untitled'].includes(uri.scheme)
  );
}

/** True for a document that a tab shows, and not only the memory of the editor. */
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

function folderOf(document: vscode.TextDocument): vscode.Uri {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return folder?.uri ?? vscode.Uri.joinPath(document.uri, '..');
}
