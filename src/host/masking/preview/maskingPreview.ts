import path from 'node:path';
import * as vscode from 'vscode';
import { inputError, toAppErrorData, type AppErrorData } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import {
  MOST_PREVIEW_CHARACTERS,
  type ExplainedMask,
  type MaskedText,
  type PreviewPlan,
  type Stretch,
  type TextChange,
} from '../../../protocol/preview.js';
import type { DataClient } from '../../platform/dataClient.js';
import type { ModelSelection } from '../../models/modelSelection.js';
import type { PolicySource } from '../policies/policySource.js';
import { PreviewSession, type Versioned } from './previewSession.js';
import { drawnStretches, isWithin, requestedStretches } from './stretchesInSight.js';

/** Pause in typing after which rules that depend on the whole text are applied to the changes. */
const REST_MILLISECONDS = 1500;

export interface PreviewDependencies {
  readonly dataClient: DataClient;
  readonly modelSelection: ModelSelection;
}

/**
 * The preview of a policy on one open document, updated as the document and the policy change. One
 * plan is requested at a time; changes that arrive meanwhile are part of the next one.
 */
export class MaskingPreview implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Fires when there is a new plan or an error. */
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
        modelFolder: dependencies.modelSelection.modelFolder(document.uri),
        seed: this.seed,
      }),
    );
  }

  get policy(): PolicySource {
    return this.policySource;
  }

  /** Set by a reroll; `null` for the seed of the policy. */
  seed: number | null = null;

  /** Latest plan, which can be older than the document. */
  get plan(): PreviewPlan | null {
    return this.latest?.plan ?? null;
  }

  /** Plan of the current version of the document; `null` until it is made. */
  get currentPlan(): PreviewPlan | null {
    return this.latest?.version === this.document.version ? this.latest.plan : null;
  }

  get error(): AppErrorData | null {
    return this.failure;
  }

  /** Changes the policy. */
  use(policy: PolicySource): void {
    this.policySource = policy;
    this.recount = true;
    this.refresh();
  }

  reroll(): void {
    // Seeds are small consecutive numbers, which people can read and write down.
    this.seed = (this.seed ?? this.plan?.seed ?? 0) + 1;
    this.refresh();
  }

  /** Returns to the seed of the policy. */
  resetSeed(): void {
    this.seed = null;
    this.refresh();
  }

  /** Handles edits of the document. */
  onTyped(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    this.session.edit(inOrder(changes));
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.recount = true;
      this.refresh();
    }, REST_MILLISECONDS);
    this.refresh();
  }

  /** Handles a change of the policy. */
  onPolicyChanged(): void {
    this.recount = true;
    this.refresh();
  }

  refresh(): void {
    this.isStale = true;
    if (!this.isPlanning) void this.planUntilCurrent();
  }

  /** Handles scrolling of an editor that shows the document. */
  onScrolled(): void {
    if (this.lacksMasks()) this.refresh();
  }

  /** The mask that covers an offset of the current document; `null` if there is none. */
  async maskAt(offset: number, signal: AbortSignal): Promise<ExplainedMask | null> {
    const { version, answer } = await this.session.explain(offset, signal);
    return version === this.document.version ? answer : null;
  }

  /** Text of the document with its masks replaced. */
  maskedText(): Promise<Versioned<MaskedText>> {
    return this.session.maskedText(this.abort.signal);
  }

  dispose(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.abort.abort();
    this.session.close();
    this.changed.dispose();
  }

  private editors(): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter(({ document }) => document === this.document);
  }

  /** Whether masks to draw are not in the current plan. */
  private lacksMasks(): boolean {
    const plan = this.currentPlan;
    return plan !== null && !isWithin(drawnStretches(this.editors()), plan.stretches);
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
      const inSight = (): Stretch[] => requestedStretches(this.editors());
      const request = { recount, inSight };
      const { answer: plan, version } = await this.session.plan(request, this.abort.signal);
      this.latest = { plan, version };
      this.failure = null;
      // Editors may have scrolled while the plan was made.
      if (!plan.isComplete || this.lacksMasks()) this.isStale = true;
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return;
      this.latest = null;
      this.failure = withRelativeFile(error);
    }
    this.changed.fire(undefined);
  }
}

/** Orders the changes of one event, which refer to the text before it, from last to first. */
function inOrder(changes: readonly vscode.TextDocumentContentChangeEvent[]): TextChange[] {
  return changes
    .toSorted((a, b) => b.rangeOffset - a.rangeOffset)
    .map(({ rangeOffset: offset, rangeLength: length, text }) => ({ offset, length, text }));
}

function textOf(document: vscode.TextDocument): string {
  const text = document.getText();
  if (text.length <= MOST_PREVIEW_CHARACTERS) return text;
  throw inputError(problem('masking.textTooLong', { count: text.length }));
}

/** Path of a document relative to its workspace folder; `null` if it is in none. */
function fileInWorkspace({ uri }: vscode.TextDocument): string | null {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return null;
  return path.relative(folder.uri.fsPath, uri.fsPath).replaceAll('\\', '/');
}

/** Replaces the path in an error by the one relative to the workspace. */
function withRelativeFile(error: AppErrorData): AppErrorData {
  if (error.code !== 'Data') return error;
  const file = vscode.workspace.asRelativePath(error.details.file);
  return { ...error, details: { ...error.details, file } };
}
