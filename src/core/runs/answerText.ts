import { formatProbability } from '../format.js';
import type { AnsweredText } from './schema.js';

/** An answer as texts for a person. */
export interface AnswerText {
  readonly expected: string;
  readonly predicted: string;
  readonly isRight: boolean;
}

/** `expected` and `predicted` of a labelled text; of tags only the words that either tags. */
export function answerText({ text, answer }: AnsweredText): AnswerText {
  switch (answer.kind) {
    case 'labels': {
      const predicted = answer.predicted.map((label) => {
        const found = answer.probabilities.find((entry) => entry.label === label);
        return found === undefined ? label : `${label} ${formatProbability(found.probability)}`;
      });
      return {
        expected: listOr(answer.expected, 'none'),
        predicted: listOr(predicted, 'none'),
        isRight: sameMembers(answer.expected, answer.predicted),
      };
    }
    case 'numbers': {
      const named = (values: readonly number[]): string =>
        values.length === 1
          ? formatNumber(values[0]!)
          : values.map((value, i) => `${answer.names[i]!} ${formatNumber(value)}`).join(', ');
      const [expected, predicted] = [named(answer.expected), named(answer.predicted)];
      return { expected, predicted, isRight: expected === predicted };
    }
    case 'tags': {
      const tagged = (key: 'expected' | 'predicted'): string =>
        listOr(
          answer.words
            .filter((word) => word[key] !== 'O')
            .map((word) => `${text.slice(word.start, word.end)}/${word[key]}`),
          'nothing',
        );
      return {
        expected: tagged('expected'),
        predicted: tagged('predicted'),
        isRight: answer.words.every((word) => word.expected === word.predicted),
      };
    }
  }
}

/** Three digits that count. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function listOr(parts: readonly string[], empty: string): string {
  return parts.length === 0 ? empty : parts.join(', ');
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}
