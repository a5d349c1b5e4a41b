import type * as vscode from 'vscode';
import type { EffectUnit } from '../predictions/explain/explanationMarkdown.js';

/** A word of an audited row. */
export interface AuditedWordPlace {
  readonly text: string;
  readonly range: vscode.Range;
  /** Effect on the label that is predicted for its row, in nats of log-odds or as a number. */
  readonly effect: number;
}

/** An audited row of a document. */
export interface AuditedRow {
  readonly range: vscode.Range;
  readonly label: string | null;
  readonly predicted: string;
  readonly words: readonly AuditedWordPlace[];
}

/** An audit whose words are shaded in a document. */
export interface ShownAudit {
  readonly document: vscode.TextDocument;
  readonly modelName: string;
  readonly unit: EffectUnit;
  /** Share of the training examples that were masked at random; `null` if not known. */
  readonly maskedExamples: number | null;
  readonly rows: readonly AuditedRow[];
  /** Audited rows that have changed since, and are not shaded. */
  readonly changed: number;
  /** Whether the audit has more rows of the file than are shown. */
  readonly isLimited: boolean;
}
