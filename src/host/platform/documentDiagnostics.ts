import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import type { DocumentProblem } from '../../core/jsonDocument/documentProblem.js';
import { renderProblem } from '../../core/messages/render.js';
import { DisposableStore } from './disposables.js';
import { EDITOR_WORDS } from './editorWords.js';

const DELAY_MILLISECONDS = 300;

export interface DocumentDiagnosticsOptions {
  /** Name of the collection of diagnostics. */
  readonly name: string;
  readonly isChecked: (uri: vscode.Uri) => boolean;
  readonly problemsOf: (
    document: vscode.TextDocument,
  ) => readonly DocumentProblem[] | Promise<readonly DocumentProblem[]>;
  readonly log: vscode.LogOutputChannel;
}

/** Marks problems in open files, including those that their JSON schema cannot express. */
export class DocumentDiagnostics implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly found: vscode.DiagnosticCollection;
  private readonly pending = new Map<vscode.TextDocument, NodeJS.Timeout>();

  constructor(private readonly options: DocumentDiagnosticsOptions) {
    this.found = this.disposables.add(vscode.languages.createDiagnosticCollection(options.name));
    const { workspace } = vscode;
    const scheduleAll = (): void => {
      workspace.textDocuments.forEach((document) => {
        this.schedule(document);
      });
    };
    this.disposables.add(
      workspace.onDidOpenTextDocument((document) => {
        this.schedule(document);
      }),
    );
    this.disposables.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        this.schedule(document);
      }),
    );
    // Documents name other files, which come and go.
    for (const event of [
      workspace.onDidSaveTextDocument,
      workspace.onDidCreateFiles,
      workspace.onDidDeleteFiles,
      workspace.onDidRenameFiles,
    ] as readonly vscode.Event<unknown>[]) {
      this.disposables.add(event(scheduleAll));
    }
    this.disposables.add(
      workspace.onDidCloseTextDocument((document) => {
        clearTimeout(this.pending.get(document));
        this.pending.delete(document);
        this.found.delete(document.uri);
      }),
    );
    scheduleAll();
  }

  dispose(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    this.disposables.dispose();
  }

  private schedule(document: vscode.TextDocument): void {
    if (!this.options.isChecked(document.uri)) return;
    clearTimeout(this.pending.get(document));
    this.pending.set(
      document,
      setTimeout(() => void this.check(document), DELAY_MILLISECONDS),
    );
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    this.pending.delete(document);
    const { version } = document;
    const { log, name, problemsOf } = this.options;
    try {
      const problems = await problemsOf(document);
      if (document.isClosed || document.version !== version) return;
      this.found.set(
        document.uri,
        problems.map((found) => diagnosticOf(document, found)),
      );
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code !== 'Cancelled') log.warn(`${name} not checked: ${JSON.stringify(error)}`);
    }
  }
}

function diagnosticOf(
  document: vscode.TextDocument,
  { offset, length, problem }: DocumentProblem,
): vscode.Diagnostic {
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  const { message, remedy } = renderProblem(problem, EDITOR_WORDS);
  const diagnostic = new vscode.Diagnostic(range, joinSentences(message, remedy));
  diagnostic.source = 'Masklab';
  return diagnostic;
}
