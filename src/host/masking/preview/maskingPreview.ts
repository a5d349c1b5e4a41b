import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, toAppErrorData, type AppErrorData } from '../../../core/errors.js';
import { formatCount } from '../../../core/format.js';
import {
  MOST_PREVIEW_CHARACTERS,
  type PreviewPlan,
  type TextChange,
} from '../../../protocol/preview.js';
import type { DataClient } from '../../platform/dataClient.js';
import type { ModelSelection } from '../../models/modelSelection.js';
import type { PolicySource } from '../policies/policySource.js';
import { PreviewSession } from './previewSession.js';

/** Rules that depend on the text as a whole see what was typed once typing rests. */
const REST_MILLISECONDS = 1500;

export interface PreviewDependencies {
  readonly dataClient: DataClient;
  readonly modelSelection: ModelSelection;
}

/**
 * What a policy masks in one open document, kept up with what is typed there and in the policy.
 * One plan is asked for at a time: what is typed meanwhile is asked for next.
 */
export class MaskingPreview implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Fires when there is another plan, or an error instead of one. */
  readonly onDidChange = this.changed.event;
  private readonly session: PreviewSession;
  private latest: { plan: PreviewPlan; version: number } | null = null;
  private failure: AppErrorData | null = null;
  private abort = new AbortController();
  private isPlanning = false;
  private isStale = false;
  private recount = true;
  private rest: NodeJS.Timeout | null = null;

  constructor(
    readonly document: vscode.TextDocument,
    private policySource: PolicySource,
    dependencies: PreviewDependencies,
  ) {
    this.session = new PreviewSession(
      dependencies.dataClient,
      {
        get version() {
          return document.version;
        },
        textFile: fileInWorkspace(document),
        getText: () => textOf(document),
      },
      async () => ({
        policy: await this.policySource.read(),
        modelFolder: dependencies.modelSelection.modelFolder,
        seed: this.seed,
      }),
    );
  }

  get policy(): PolicySource {
    return this.policySource;
  }

  /** Set by a re-roll; null for the policy's own seed. */
  seed: number | null = null;

  /** The last plan, whatever was typed since. */
  get plan(): PreviewPlan | null {
    return this.latest?.plan ?? null;
  }

  /** The plan of the document as it stands; null while it is being made. */
  get currentPlan(): PreviewPlan | null {
    return this.latest?.version === this.document.version ? this.latest.plan : null;
  }

  get error(): AppErrorData | null {
    return this.failure;
  }

  /** Another policy from now on. */
  use(policy: PolicySource): void {
    this.policySource = policy;
    this.recount = true;
    this.refresh();
  }

  reroll(): void {
    // Seeds are for people to read and to write down: small numbers, one after the other.
    this.seed = (this.seed ?? this.plan?.seed ?? 0) + 1;
    this.refresh();
  }

  /** The policy's own seed again. */
  resetSeed(): void {
    this.seed = null;
    this.refresh();
  }

  /** Something was typed into the document. */
  onTyped(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    this.session.edit(inOrder(changes));
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.recount = true;
      this.refresh();
    }, REST_MILLISECONDS);
    this.refresh();
  }

  /** The policy's text changed. */
  onPolicyChanged(): void {
    this.recount = true;
    this.refresh();
  }

  refresh(): void {
    this.isStale = true;
    if (!this.isPlanning) void this.planUntilCurrent();
  }

  /** Replacement of the mask at an offset of the document as it stands. */
  replacementAt(offset: number, signal: AbortSignal): Promise<string | null> {
    return this.session.explain(offset, signal);
  }

  /** The document with everything masked that the plan masks. */
  maskedText(): Promise<string> {
    return this.session.maskedText(this.abort.signal);
  }

  dispose(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.abort.abort();
    this.session.close();
    this.changed.dispose();
  }

  /** From the first to the last line that an editor shows. */
  private inSight(): { start: number; end: number } {
    const ranges = vscode.window.visibleTextEditors
      .filter(({ document }) => document === this.document)
      .flatMap(({ visibleRanges }) => visibleRanges);
    const offsets = ranges.flatMap(({ start, end }) => [
      this.document.offsetAt(start),
      this.document.offsetAt(end),
    ]);
    return offsets.length === 0
      ? { start: 0, end: 0 }
      : { start: Math.min(...offsets), end: Math.max(...offsets) };
  }

  private async planUntilCurrent(): Promise<void> {
    this.isPlanning = true;
    while (this.isStale && !this.abort.signal.aborted) {
      this.isStale = false;
      await this.planOnce();
    }
    this.isPlanning = false;
  }

  private async planOnce(): Promise<void> {
    const { recount } = this;
    this.recount = false;
    try {
      const request = { recount, inSight: this.inSight() };
      const { answer: plan, version } = await this.session.plan(request, this.abort.signal);
      this.latest = { plan, version };
      this.failure = null;
      if (!plan.isComplete) this.isStale = true;
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return;
      this.latest = null;
      this.failure = withRelativeFile(error);
    }
    this.changed.fire(undefined);
  }
}

/** Changes of one event all refer to the text before it: from the last on, each finds its place. */
function inOrder(changes: readonly vscode.TextDocumentContentChangeEvent[]): TextChange[] {
  return changes
    .toSorted((a, b) => b.rangeOffset - a.rangeOffset)
    .map(({ rangeOffset: offset, rangeLength: length, text }) => ({ offset, length, text }));
}

function textOf(document: vscode.TextDocument): string {
  const text = document.getText();
  if (text.length <= MOST_PREVIEW_CHARACTERS) return text;
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `This text is too long to preview: it has ${formatCount(text.length, 'character')}.`,
      remedy: 'Preview a part of it, or mask it as a dataset.',
    },
  });
}

/** What a document is called in its workspace folder; null outside of one. */
function fileInWorkspace({ uri }: vscode.TextDocument): string | null {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return null;
  return path.relative(folder.uri.fsPath, uri.fsPath).replaceAll('\\', '/');
}

/** Names a file of the workspace as the explorer does. */
function withRelativeFile(error: AppErrorData): AppErrorData {
  if (error.code !== 'Data') return error;
  const file = vscode.workspace.asRelativePath(error.details.file);
  return { ...error, details: { ...error.details, file } };
}
