import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LocalModel } from '../../../core/hub/localModel.js';
import { ONNX_FILES, WEIGHT_PRECISIONS } from '../../../core/models/exportFormats.js';
import {
  DTYPES,
  folderSnippets,
  servedSnippets,
  type Snippet,
  type SnippetFolder,
} from '../../../core/models/snippets.js';
import { hasWeights } from '../../../node/files/storedWeights.js';
import { notify } from '../../platform/notify.js';
import type { ServingState } from '../view/modelRow.js';

/** Asks which snippet to copy; `serving` is the server of the model, if there is one. */
export async function copySnippet(
  { folder, head, name }: LocalModel,
  serving: ServingState | null,
): Promise<void> {
  if (head === null) return;
  const { url = null, needsToken = false } = serving ?? {};
  const snippets = [
    ...(url === null ? [] : servedSnippets({ url, needsToken }, head)),
    ...folderSnippets({ head, folder, dtype: dtypeOf(folder), hasWeights: hasWeights(folder) }),
  ];
  const labels = labelsOfSnippets();
  const chosen = await vscode.window.showQuickPick(
    snippets.map((snippet) => ({ ...labels[snippet.id], snippet })),
    {
      title: vscode.l10n.t('Copy a Snippet That Uses {0}', name),
      placeHolder:
        url === null
          ? vscode.l10n.t('Serve the model to get snippets for HTTP requests')
          : vscode.l10n.t('Select where the model is used'),
    },
  );
  if (chosen === undefined) return;
  await vscode.env.clipboard.writeText(chosen.snippet.code);
  void notify('info', vscode.l10n.t('The snippet is in the clipboard.'));
}

function labelsOfSnippets(): Record<Snippet['id'], vscode.QuickPickItem> {
  const server = vscode.l10n.t('Asks the server of this window');
  const folder = vscode.l10n.t('Loads the model folder');
  return {
    curl: { label: 'curl', detail: server },
    python: { label: vscode.l10n.t('Python, standard library'), detail: server },
    transformersJs: { label: 'transformers.js', detail: folder },
    webPage: {
      label: vscode.l10n.t('Web page with transformers.js'),
      detail: vscode.l10n.t('Loads the model folder, which is beside the page on a web server'),
    },
    transformers: { label: 'Python transformers', detail: folder },
  };
}

function dtypeOf(folder: string): SnippetFolder['dtype'] {
  for (const precision of WEIGHT_PRECISIONS) {
    if (existsSync(path.join(folder, ONNX_FILES[precision]))) return DTYPES[precision];
  }
  return null;
}
