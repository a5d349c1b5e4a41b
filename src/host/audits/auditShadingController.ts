import * as vscode from 'vscode';
import { DisposableStore } from '../platform/disposables.js';
import { markdownString } from '../platform/markdownString.js';
import { sideOf, SIDES, stepOf } from '../predictions/explain/explanationScale.js';
import { stepDecorations, type StepDecorations } from '../predictions/explain/stepDecorations.js';
import { auditBounds, auditHover } from './auditMarkdown.js';
import { followRows } from './followRows.js';
import type { ShownAudit } from './shownAudit.js';

/** Shades the words of the audited rows of a document until they are hidden or it is closed. */
export class AuditShadingController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly steps: StepDecorations;
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when an audit is shown or hidden, and when rows of its document change. */
  readonly onDidChange = this.changed.event;
  private audit: ShownAudit | null = null;

  constructor() {
    this.steps = stepDecorations(this.disposables);
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const { audit } = this;
        if (audit?.document !== document || contentChanges.length === 0) return;
        const rows = followRows(audit.rows, contentChanges);
        const changed = audit.changed + audit.rows.length - rows.length;
        this.show({ ...audit, rows, changed });
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.audit?.document === document) this.show(null);
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
    );
  }

  get shown(): ShownAudit | null {
    return this.audit;
  }

  /** Shows an audit in place of an earlier one; `null` hides it. */
  show(audit: ShownAudit | null): void {
    this.audit = audit;
    this.draw();
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private draw(): void {
    const drawn = this.audit === null ? null : optionsOf(this.audit);
    for (const editor of vscode.window.visibleTextEditors) {
      const own = editor.document === this.audit?.document ? drawn : null;
      for (const side of SIDES) {
        this.steps[side].forEach((decoration, step) => {
          editor.setDecorations(decoration, own?.[side][step] ?? []);
        });
      }
    }
  }
}

/** Decorations of each side and step. */
function optionsOf(
  audit: ShownAudit,
): Record<'supports' | 'against', vscode.DecorationOptions[][]> {
  const bounds = auditBounds(audit);
  const empty = (): vscode.DecorationOptions[][] => bounds.map(() => []);
  const options = { supports: empty(), against: empty() };
  for (const row of audit.rows) {
    for (const word of row.words) {
      const step = stepOf(word.effect, bounds);
      if (step < 0) continue;
      const hoverMessage = markdownString(auditHover(word, row, audit));
      options[sideOf(word.effect)][step]!.push({ range: word.range, hoverMessage });
    }
  }
  return options;
}
