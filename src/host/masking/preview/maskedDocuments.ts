import * as vscode from 'vscode';
import { describeError, toAppErrorData } from '../../../core/errors.js';
import { joinSentences } from '../../../core/format.js';
import { DisposableStore } from '../../platform/disposables.js';
import type { MaskedText } from '../../../protocol/preview.js';
import type { MaskingPreview } from './maskingPreview.js';
import type { PreviewController } from './previewController.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';

/** URI scheme of masked texts. */
export const MASKED_SCHEME = 'masklab-masked';

/** Delay after typing before the masked text is updated, since it is replaced as a whole. */
const DELAY_MILLISECONDS = 150;

/** A masked text with the version of the document that it was made from. */
export interface ShownText extends MaskedText {
  readonly version: number;
}

/** Shows the masked text of previewed documents next to them and keeps it up to date. */
export class MaskedDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;
  private readonly rendered = this.disposables.add(new vscode.EventEmitter<vscode.Uri>());
  /** Fires when a masked text was made, or a preview has stopped. */
  readonly onDidRender = this.rendered.event;
  private readonly texts = new Map<string, ShownText>();
  private readonly pending = new Map<string, NodeJS.Timeout>();

  constructor(private readonly controller: PreviewController) {
    this.disposables.add(vscode.workspace.registerTextDocumentContentProvider(MASKED_SCHEME, this));
    this.disposables.add(
      controller.onDidChange((preview) => {
        this.announce(preview);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        // A document whose language changes is closed and opened, and stays in the list.
        const isOpen = vscode.workspace.textDocuments.includes(document);
        if (!isOpen) this.texts.delete(document.uri.toString());
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges }) => {
        const [first] = visibleRanges;
        if (first !== undefined) this.followScrolling(textEditor, first.start.line);
      }),
    );
  }

  /** Opens the masked text next to the document, which keeps the focus. */
  async open(preview: MaskingPreview): Promise<void> {
    const document = await vscode.workspace.openTextDocument(maskedUri(preview.document));
    await vscode.languages.setTextDocumentLanguage(document, preview.document.languageId);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  isMasked({ uri }: vscode.TextDocument): boolean {
    return uri.scheme === MASKED_SCHEME;
  }

  /** Preview that a masked text belongs to; undefined if it has stopped. */
  sourceOf({ uri }: Pick<vscode.TextDocument, 'uri'>): MaskingPreview | undefined {
    const source = vscode.workspace.textDocuments.find(
      (candidate) => maskedUri(candidate).toString() === uri.toString(),
    );
    return this.controller.of(source);
  }

  /** Masked text of a document; `null` while the document shows another one. */
  shown(document: vscode.TextDocument): ShownText | null {
    const made = this.texts.get(document.uri.toString());
    return made !== undefined && made.text === document.getText() ? made : null;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const preview = this.sourceOf({ uri });
    if (preview === undefined) {
      this.texts.delete(uri.toString());
      this.rendered.fire(uri);
      return vscode.l10n.t('Preview the masking of this file again to see the masked text here.');
    }
    try {
      const { version, answer } = await preview.maskedText();
      this.texts.set(uri.toString(), { ...answer, version });
      this.rendered.fire(uri);
      return answer.text;
    } catch (thrown) {
      const { message, remedy } = describeError(toAppErrorData(thrown), EDITOR_WORDS);
      return joinSentences(message, remedy);
    }
  }

  dispose(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    this.disposables.dispose();
  }

  private announce({ document, plan }: MaskingPreview): void {
    if (plan?.isComplete === false) return;
    const uri = maskedUri(document);
    const key = uri.toString();
    if (!vscode.workspace.textDocuments.some((open) => open.uri.toString() === key)) return;
    clearTimeout(this.pending.get(key));
    const fire = (): void => {
      this.pending.delete(key);
      this.changed.fire(uri);
    };
    this.pending.set(key, setTimeout(fire, DELAY_MILLISECONDS));
  }

  private followScrolling(source: vscode.TextEditor, line: number): void {
    if (source !== vscode.window.activeTextEditor) return;
    const masked = maskedUri(source.document).toString();
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== masked) continue;
      editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop);
    }
  }
}

/** URI of the masked text; its name ends with the name of the file. */
function maskedUri({ uri }: vscode.TextDocument): vscode.Uri {
  const path = uri.path.replace(/[^/]*$/, (name) => vscode.l10n.t('masked {0}', name));
  return vscode.Uri.from({ scheme: MASKED_SCHEME, path, query: uri.toString() });
}
