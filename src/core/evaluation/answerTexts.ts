import type { ExampleScore } from '../runs/exampleScores.js';
import { MAX_WORST_TEXT } from '../runs/evaluationReport.js';

/** Prediction of a labeled example with its target and its logits. */
export type ScoredAnswer = Extract<ExampleScore['scored'], { kind: 'answer' }>;

/** Target and prediction of an example, as far as a person needs to see them. */
export interface AnswerTexts {
  readonly expected: string;
  readonly predicted: string;
  /** Whether the prediction differs from the target; numbers always do. */
  readonly isWrong: boolean;
}

/** Target and prediction of an example. Of words with labels, only those that differ are named. */
export function answerTexts({ answer }: ScoredAnswer, text: string): AnswerTexts {
  switch (answer.kind) {
    case 'labels': {
      const [expected, predicted] = [listed(answer.expected), listed(answer.predicted)];
      return { expected, predicted, isWrong: expected !== predicted };
    }
    case 'numbers': {
      const [expected, predicted] = [numbersText(answer.expected), numbersText(answer.predicted)];
      return { expected, predicted, isWrong: true };
    }
    case 'tags': {
      const wrong = answer.words.filter(({ expected, predicted }) => expected !== predicted);
      const tagged = (name: 'expected' | 'predicted'): string =>
        shortened(
          wrong.map((word) => `${text.slice(word.start, word.end)}/${word[name]}`).join(' '),
        );
      return {
        expected: tagged('expected'),
        predicted: tagged('predicted'),
        isWrong: wrong.length > 0,
      };
    }
  }
}

/** Pairs of target and prediction that an example adds to the confusions. */
export function confusionsOf({ answer }: ScoredAnswer): { expected: string; predicted: string }[] {
  switch (answer.kind) {
    case 'labels': {
      const [[expected], [predicted]] = [answer.expected, answer.predicted];
      return expected === undefined || predicted === undefined ? [] : [{ expected, predicted }];
    }
    case 'numbers':
      // A distribution over labels counts as its most probable one.
      return [
        {
          expected: answer.names[largestOf(answer.expected)]!,
          predicted: answer.names[largestOf(answer.predicted)]!,
        },
      ];
    case 'tags':
      return answer.words.map(({ expected, predicted }) => ({ expected, predicted }));
  }
}

/** Mean of the losses of a text, of its words or of its numbers. */
export function meanLoss(nll: readonly number[]): number {
  return nll.reduce((a, b) => a + b, 0) / Math.max(1, nll.length);
}

export function largestOf(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** The beginning of a text. */
export function shortened(text: string, length = MAX_WORST_TEXT): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Labels in a fixed order; a dash for none. */
function listed(labels: readonly string[]): string {
  return labels.length === 0 ? '–' : [...labels].sort().join(', ');
}

function numbersText(numbers: readonly number[]): string {
  return numbers.map((number) => String(Number(number.toPrecision(4)))).join(', ');
}
