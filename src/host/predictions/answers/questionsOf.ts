import type * as vscode from 'vscode';
import { clozeQuestionsIn, type ClozeQuestion } from '../../../core/predict/clozeQuestions.js';
import { proseIn } from '../documentProse.js';

export interface DocumentQuestions {
  readonly version: number;
  /** The text in which the questions have their offsets. */
  readonly text: string;
  readonly questions: readonly ClozeQuestion[];
}

const kept = new WeakMap<vscode.TextDocument, DocumentQuestions>();

/** Questions with choices in a document. */
export function questionsOf(document: vscode.TextDocument): DocumentQuestions {
  const { version } = document;
  const known = kept.get(document);
  if (known?.version === version) return known;
  const text = proseIn(document);
  const found = { version, text, questions: clozeQuestionsIn(text) };
  kept.set(document, found);
  return found;
}

/** Questions whose blank or choices an offset or a range touches. */
export function questionsAt(
  questions: readonly ClozeQuestion[],
  { start, end }: { readonly start: number; readonly end: number },
): ClozeQuestion[] {
  return questions.filter(({ blank, choices }) =>
    [blank, ...choices].some((part) => part.start <= end && part.end >= start),
  );
}
