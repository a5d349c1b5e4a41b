import path from 'node:path';
import * as vscode from 'vscode';
import { fileExists } from '../../node/files/descriptors.js';
import {
  listStudyFolders,
  readStudy,
  STUDY_FILES,
  studiesFolderOf,
} from '../../node/studies/studyFolder.js';
import { DisposableStore } from '../platform/disposables.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';

/** A study as the tree shows it. */
export interface StudySummary {
  readonly name: string;
  readonly hypothesis: string | null;
  /** Markdown file of the results; `null` before there is one. */
  readonly report: string | null;
}

const SETTLE_MILLISECONDS = 150;

/** Studies of the workspace, read again when one of their files changes. */
export class StudyStore implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  private studies: ReadonlyMap<string, StudySummary> = new Map();
  private settle: NodeJS.Timeout | null = null;

  readonly onDidChange = this.changed.event;

  constructor(private readonly onError: (thrown: unknown) => void) {
    const files = `{${STUDY_FILES.study},${STUDY_FILES.report}}`;
    const watcher = this.disposables.add(
      vscode.workspace.createFileSystemWatcher(`**/.masklab/studies/*/${files}`),
    );
    const refreshSoon = (): void => {
      this.settle ??= setTimeout(() => {
        this.settle = null;
        this.refresh().catch(this.onError);
      }, SETTLE_MILLISECONDS);
    };
    this.disposables.add(watcher.onDidCreate(refreshSoon));
    this.disposables.add(watcher.onDidChange(refreshSoon));
    this.disposables.add(watcher.onDidDelete(refreshSoon));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(refreshSoon));
    this.refresh().catch(this.onError);
  }

  /** By id. */
  list(): ReadonlyMap<string, StudySummary> {
    return this.studies;
  }

  dispose(): void {
    if (this.settle !== null) clearTimeout(this.settle);
    this.disposables.dispose();
  }

  private async refresh(): Promise<void> {
    const folders = workspaceFoldersOnDisk().map(({ uri }) => studiesFolderOf(uri.fsPath));
    const studies = (await Promise.all(folders.map(listStudyFolders))).flat();
    const read = await Promise.all(
      // A study that cannot be read keeps its id as its name.
      studies.map((folder) => readSummary(folder).catch(() => null)),
    );
    this.studies = new Map(read.filter((entry) => entry !== null));
    this.changed.fire(undefined);
  }
}

async function readSummary(folder: string): Promise<[string, StudySummary]> {
  const { id, design } = await readStudy(folder);
  const file = path.join(folder, STUDY_FILES.report);
  const report = (await fileExists(file)) ? file : null;
  return [id, { name: design.name, hypothesis: design.hypothesis, report }];
}
