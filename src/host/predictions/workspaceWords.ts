import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { LANGUAGE_OF_EXTENSION } from '../../core/text/prose/textLanguages.js';
import type { DataClient } from '../platform/dataClient.js';
import { DisposableStore } from '../platform/disposables.js';
import { excludedGlobs } from '../platform/excludedGlobs.js';

/** Time between two listings, however many files change. */
const KEPT_MILLISECONDS = 30_000;

/**
 * Words of the text files of a trusted workspace, which the data worker lists when they are first asked
 * for, and again when files have changed.
 */
export class WorkspaceWords implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private counts: ReadonlyMap<string, number> = new Map();
  private listed: readonly string[] = [];
  private isStale = true;
  private listing: AbortController | null = null;
  private listedAt = -Infinity;

  constructor(
    private readonly dependencies: {
      readonly dataClient: Pick<DataClient, 'call'>;
      readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
    },
  ) {
    const { workspace } = vscode;
    const extensions = Object.keys(LANGUAGE_OF_EXTENSION)
      .map((extension) => extension.slice(1))
      .join(',');
    const watcher = this.disposables.add(workspace.createFileSystemWatcher(`**/*.{${extensions}}`));
    const onChange = (): void => {
      this.isStale = true;
    };
    for (const event of [
      ...[watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete],
      // Watchers can miss changes in shared folders.
      workspace.onDidSaveTextDocument,
    ] as readonly vscode.Event<unknown>[]) {
      this.disposables.add(event(onChange));
    }
    const onOther = (): void => {
      this.isStale = true;
      this.listedAt = -Infinity;
    };
    this.disposables.add(workspace.onDidChangeWorkspaceFolders(onOther));
    this.disposables.add(workspace.onDidGrantWorkspaceTrust(onOther));
    this.disposables.add(
      workspace.onDidChangeConfiguration((event) => {
        const isConcerned = ['files.exclude', 'search.exclude'].some((name) =>
          event.affectsConfiguration(name),
        );
        if (isConcerned) onOther();
      }),
    );
  }

  /** The words known so far, most frequent first; never waits for a listing. */
  get words(): readonly string[] {
    this.update();
    return this.listed;
  }

  /** Number of times that a word is in the files. */
  countOf(word: string): number {
    this.update();
    return this.counts.get(word) ?? 0;
  }

  dispose(): void {
    this.listing?.abort();
    this.disposables.dispose();
  }

  private update(): void {
    const { isTrusted, workspaceFolders = [] } = vscode.workspace;
    const isDue = performance.now() - this.listedAt >= KEPT_MILLISECONDS;
    if (!isTrusted || !this.isStale || !isDue || this.listing !== null) return;
    const folders = workspaceFolders
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => ({
        workspaceFolder: uri.fsPath,
        exclude: [...excludedGlobs(uri), ...excludedGlobs(uri, 'search')],
      }));
    this.isStale = false;
    this.listedAt = performance.now();
    if (folders.length === 0) {
      this.take([]);
      return;
    }
    const listing = new AbortController();
    this.listing = listing;
    this.dependencies.dataClient
      .call('listWords', { folders }, listing.signal)
      .then(({ words }) => {
        this.take(words);
      })
      .catch((thrown: unknown) => {
        const error = toAppErrorData(thrown);
        if (error.code === 'Cancelled') return;
        this.dependencies.log.warn(`no words of the workspace: ${JSON.stringify(error)}`);
      })
      .finally(() => {
        this.listing = null;
      });
  }

  private take(words: readonly { readonly word: string; readonly count: number }[]): void {
    const listed = words.map(({ word }) => word);
    // The same list stays the same, so that answers that were computed with it are found again.
    if (listed.join('\n') !== this.listed.join('\n')) this.listed = listed;
    this.counts = new Map(words.map(({ word, count }) => [word, count]));
  }
}
