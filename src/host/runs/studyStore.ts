import path from 'node:path';
import * as vscode from 'vscode';
import { fileExists } from '../../node/files/descriptors.js';
import { lockOwner } from '../../node/runs/runLock.js';
import {
  listStudyFolders,
  readStudy,
  readSweep,
  STUDY_FILES,
  studiesFolderOf,
} from '../../node/studies/studyFolder.js';
import { DisposableStore } from '../platform/disposables.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';

/** Also the command of the command line. */
export type StudyKind = 'study' | 'sweep';

/** A masking study or sweep as the tree shows it. */
export interface StudySummary {
  readonly kind: StudyKind;
  readonly folder: string;
  readonly name: string;
  readonly hypothesis: string | null;
  /** Markdown file of the results; `null` before there is one. */
  readonly report: string | null;
  /** Whether a process of this machine trains or scores its runs now. */
  readonly isRunning: boolean;
}

const SETTLE_MILLISECONDS = 150;
/** A process that ends changes no file, and watchers miss files of folders that were just created. */
const POLL_MILLISECONDS = 2000;

/** Studies of the workspace, read again when their files change and while a process runs one. */
export class StudyStore implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  private studies: ReadonlyMap<string, StudySummary> = new Map();
  private timer: NodeJS.Timeout | null = null;
  /** Time at which the timer reads the studies, by `performance.now`. */
  private dueAt = Infinity;
  private isDisposed = false;

  readonly onDidChange = this.changed.event;

  constructor(private readonly onError: (thrown: unknown) => void) {
    const watcher = this.disposables.add(
      vscode.workspace.createFileSystemWatcher('**/.masklab/studies/**'),
    );
    const onEvent = (uri: vscode.Uri): void => {
      if (/[\\/]studies([\\/][^\\/]+){0,2}$/.test(uri.fsPath)) this.refreshSoon();
    };
    this.disposables.add(watcher.onDidCreate(onEvent));
    this.disposables.add(watcher.onDidChange(onEvent));
    this.disposables.add(watcher.onDidDelete(onEvent));
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refreshSoon();
      }),
    );
    this.refreshSoon(0);
  }

  /** By id. */
  list(): ReadonlyMap<string, StudySummary> {
    return this.studies;
  }

  /** Reads the studies again soon. */
  refreshSoon(milliseconds = SETTLE_MILLISECONDS): void {
    const dueAt = performance.now() + milliseconds;
    if (this.isDisposed || dueAt >= this.dueAt) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.dueAt = Infinity;
      this.refresh().catch(this.onError);
    }, milliseconds);
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.disposables.dispose();
  }

  /** Reads the studies again now. */
  async refresh(): Promise<void> {
    const folders = workspaceFoldersOnDisk().map(({ uri }) => studiesFolderOf(uri.fsPath));
    const listed = (await Promise.all(folders.map(listStudyFolders))).flat();
    const read = await Promise.all(
      // A study that cannot be read keeps its id as its name.
      listed.map((folder) => readSummary(folder).catch(() => null)),
    );
    const studies = new Map(read.filter((entry) => entry !== null));
    const isChanged = JSON.stringify([...studies]) !== JSON.stringify([...this.studies]);
    this.studies = studies;
    if (isChanged && !this.isDisposed) this.changed.fire(undefined);
    const isAnyRunning = [...studies.values()].some(({ isRunning }) => isRunning);
    if (isAnyRunning) this.refreshSoon(POLL_MILLISECONDS);
  }
}

async function readSummary(folder: string): Promise<[string, StudySummary]> {
  const isSweep = await fileExists(path.join(folder, STUDY_FILES.sweep));
  const { id, design } = isSweep ? await readSweep(folder) : await readStudy(folder);
  const file = path.join(folder, STUDY_FILES.report);
  // Asked first: a process writes its report before it ends.
  const isRunning = (await lockOwner(folder)) !== null;
  const report = (await fileExists(file)) ? file : null;
  const hypothesis = 'hypothesis' in design ? design.hypothesis : null;
  const { name } = design;
  return [id, { kind: isSweep ? 'sweep' : 'study', folder, name, hypothesis, report, isRunning }];
}
