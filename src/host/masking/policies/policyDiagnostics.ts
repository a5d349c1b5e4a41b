import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import type { DataClient } from '../../platform/dataClient.js';
import { DisposableStore } from '../../platform/disposables.js';
import { isPolicyFile, policyTextOf } from './policySource.js';

const DELAY_MILLISECONDS = 300;

/** Marks in open policies what their schema cannot say, in its place. */
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
      // A list that a policy names may have come into being.
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
      const diagnostics = problems.map(({ offset, length, message }) => {
        const range = new vscode.Range(
          document.positionAt(offset),
          document.positionAt(offset + length),
        );
        const diagnostic = new vscode.Diagnostic(range, message);
        diagnostic.source = 'Masklab';
        return diagnostic;
      });
      this.found.set(document.uri, diagnostics);
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code !== 'Cancelled') this.log.warn(`policy unchecked: ${JSON.stringify(error)}`);
    }
  }
}
