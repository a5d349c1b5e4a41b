import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { joinSentences } from '../../../core/format.js';
import { renderProblem } from '../../../core/messages/render.js';
import type { DataClient } from '../../platform/dataClient.js';
import { DisposableStore } from '../../platform/disposables.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { isPolicyFile, policyTextOf } from './policySource.js';

const DELAY_MILLISECONDS = 300;

/** Marks problems in open policies, including those that their JSON schema cannot express. */
export class PolicyDiagnostics implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly found = this.disposables.add(
    vscode.languages.createDiagnosticCollection('masklab-policies'),
  );
  private readonly pending = new Map<vscode.TextDocument, NodeJS.Timeout>();

  constructor(
    private readonly dataClient: DataClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.add(
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.schedule(document);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.schedule(document);
      }),
    );
    this.disposables.add(
      // The saved file can be a list that a policy names.
      vscode.workspace.onDidSaveTextDocument(() => {
        vscode.workspace.textDocuments.forEach((document) => {
          this.schedule(document);
        });
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        clearTimeout(this.pending.get(document));
        this.pending.delete(document);
        this.found.delete(document.uri);
      }),
    );
    vscode.workspace.textDocuments.forEach((document) => {
      this.schedule(document);
    });
  }

  dispose(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    this.disposables.dispose();
  }

  private schedule(document: vscode.TextDocument): void {
    if (!isPolicyFile(document.uri) || document.uri.scheme !== 'file') return;
    clearTimeout(this.pending.get(document));
    this.pending.set(
      document,
      setTimeout(() => void this.check(document), DELAY_MILLISECONDS),
    );
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    this.pending.delete(document);
    const { version } = document;
    const policy = policyTextOf(document);
    try {
      const { problems } = await this.dataClient.call('checkPolicy', { policy });
      if (document.isClosed || document.version !== version) return;
      const diagnostics = problems.map(({ offset, length, problem }) => {
        const range = new vscode.Range(
          document.positionAt(offset),
          document.positionAt(offset + length),
        );
        const { message, remedy } = renderProblem(problem, EDITOR_WORDS);
        const diagnostic = new vscode.Diagnostic(range, joinSentences(message, remedy));
        diagnostic.source = 'Masklab';
        return diagnostic;
      });
      this.found.set(document.uri, diagnostics);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code !== 'Cancelled') this.log.warn(`Policy not checked: ${JSON.stringify(error)}`);
    }
  }
}
