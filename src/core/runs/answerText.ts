import { formatProbability } from '../format.js';
import { message } from '../messages/message.js';
import { renderMessage, type Words } from '../messages/render.js';
import type { AnsweredText } from './schema.js';

/** An answer as texts for a person, in their language. */
export interface AnswerText {
  readonly expected: string;
  readonly predicted: string;
  readonly isRight: boolean;
}

/** Expected and predicted outputs of a labeled example; of tags, only those other than `O`. */
export function answerText({ text, answer }: AnsweredText, words: Words): AnswerText {
  const none = renderMessage(message('answer.none'), words);
  switch (answer.kind) {
    case 'labels': {
      const predicted = answer.predicted.map((label) => {
        const found = answer.probabilities.find((entry) => entry.label === label);
        return found === undefined
          ? label
          : `${label} ${formatProbability(found.probability, words.locale)}`;
      });
      return {
        expected: listOr(answer.expected, none),
        predicted: listOr(predicted, none),
        isRight: sameMembers(answer.expected, answer.predicted),
      };
    }
    case 'numbers': {
      const named = (values: readonly number[]): string =>
        values.length === 1
          ? formatNumber(values[0]!, words)
          : values
              .map((value, i) => `${answer.names[i]!} ${formatNumber(value, words)}`)
              .join(', ');
      const [expected, predicted] = [named(answer.expected), named(answer.predicted)];
      return { expected, predicted, isRight: expected === predicted };
    }
    case 'tags': {
      const tagged = (key: 'expected' | 'predicted'): string =>
        listOr(
          answer.words
            .filter((word) => word[key] !== 'O')
            .map((word) => `${text.slice(word.start, word.end)}/${word[key]}`),
          none,
        );
      return {
        expected: tagged('expected'),
        predicted: tagged('predicted'),
        isRight: answer.words.every((word) => word.expected === word.predicted),
      };
    }
  }
}

/** Three significant digits. */
function formatNumber(value: number, { locale }: Words): string {
  return value.toLocaleString(locale, { maximumSignificantDigits: 3 });
}

function listOr(parts: readonly string[], empty: string): string {
  return parts.length === 0 ? empty : parts.join(', ');
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}
