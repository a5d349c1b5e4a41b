import * as vscode from 'vscode';
import { documentStatus } from '../../platform/documentStatus.js';
import type { Disposable } from '../../platform/disposables.js';

/** Limits of predictions in a document, in the order in which the status bar lists them. */
const LIMITS = ['length', 'fills', 'answers', 'variations', 'cloze', 'changes'] as const;
export type PredictionLimit = (typeof LIMITS)[number];

/** Limits that predictions have reached in documents, with a text for each. */
export class PredictionLimits implements vscode.Disposable {
  private readonly reached = new WeakMap<
    vscode.TextDocument,
    ReadonlyMap<PredictionLimit, string>
  >();
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;

  /** Texts of the limits that are reached in a document. */
  of(document: vscode.TextDocument): readonly string[] {
    const reached = this.reached.get(document);
    return LIMITS.flatMap((limit) => reached?.get(limit) ?? []);
  }

  /** Sets the text of a limit, or `null` if it is not reached. */
  set(document: vscode.TextDocument, limit: PredictionLimit, text: string | null): void {
    const before = this.reached.get(document);
    if ((before?.get(limit) ?? null) === text) return;
    const reached = new Map(before);
    if (text === null) reached.delete(limit);
    else reached.set(limit, text);
    this.reached.set(document, reached);
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Status bar item with the limits that predictions have reached in the document of the active editor. */
export function limitStatus(limits: Pick<PredictionLimits, 'of' | 'onDidChange'>): Disposable {
  return documentStatus({
    ...{ id: 'masklab.limits', priority: 89 },
    name: vscode.l10n.t('Limits of predictions'),
    onDidChange: limits.onDidChange,
    statusOf: (document) => {
      const texts = document === undefined ? [] : limits.of(document);
      const [first, ...others] = texts;
      if (first === undefined) return null;
      return {
        text: `$(info) ${first}${others.length === 0 ? '' : ` (+${others.length})`}`,
        tooltip: [vscode.l10n.t('Masklab reads a part of this text:'), ...texts].join('\n'),
        command: null,
        accessibleLabel: texts.join(', '),
      };
    },
  });
}
