import type * as vscode from 'vscode';
import type { ExplainedWord, Explanation } from '../../../core/predict/explainPrediction.js';

/** A context word with its place in the document. */
export interface ShownWord extends Omit<ExplainedWord, 'start' | 'end'> {
  readonly text: string;
  readonly range: vscode.Range;
  /** Share in the sum of the sizes of all gradient values; `null` without gradients. */
  readonly share: number | null;
}

/** An explanation whose words are decorated. */
export interface ShownExplanation {
  readonly document: vscode.TextDocument;
  /** The word or mask whose prediction is explained. */
  readonly place: vscode.Range;
  /** Text at the place. */
  readonly original: string;
  /** Prediction that was asked for; undefined for the default. */
  readonly asked: string | undefined;
  readonly facts: Omit<Explanation, 'words'> & {
    readonly modelName: string;
    readonly milliseconds: number;
  };
  readonly words: readonly ShownWord[];
}

/** Word whose explanation is being computed. */
export interface PendingExplanation {
  readonly document: vscode.TextDocument;
  readonly place: vscode.Range;
  readonly original: string;
  readonly asked: string | undefined;
}
