import { BACK, type Outcome } from '../platform/question.js';

/** One question of a series, which turns what is known into more of it. */
export interface SeriesQuestion<S> {
  /** Whether the question is asked; `null` while that is not known. */
  readonly isAsked: (known: S) => boolean | null;
  readonly ask: (known: S, place: SeriesPlace<S>) => Promise<Outcome<S>>;
}

export interface SeriesPlace<S> {
  readonly step: number;
  readonly canGoBack: boolean;
  /** Number of questions in all if this becomes known; undefined while that is not known. */
  readonly totalStepsFor: (known: S) => number | undefined;
}

/**
 * Asks the questions in turn and skips those that do not apply. Back returns to the question asked
 * before, with what was known then. Returns `null` if the person dismisses a question.
 */
export async function askSeries<S>(
  questions: readonly SeriesQuestion<S>[],
  initial: S,
): Promise<S | null> {
  const asked: { readonly index: number; readonly known: S }[] = [];
  let known = initial;
  for (let index = 0; index < questions.length; index++) {
    const question = questions[index]!;
    if (question.isAsked(known) === false) continue;
    const others = questions.slice(index + 1);
    const outcome = await question.ask(known, {
      step: asked.length + 1,
      canGoBack: asked.length > 0,
      totalStepsFor: stepsAfter(asked.length + 1, others),
    });
    if (outcome === null) return null;
    if (outcome === BACK) {
      const last = asked.pop();
      if (last === undefined) return null;
      known = last.known;
      index = last.index - 1;
    } else {
      asked.push({ index, known });
      known = outcome;
    }
  }
  return known;
}

function stepsAfter<S>(
  steps: number,
  others: readonly SeriesQuestion<S>[],
): (known: S) => number | undefined {
  return (known) => {
    const areAsked = others.map(({ isAsked }) => isAsked(known));
    return areAsked.includes(null) ? undefined : steps + areAsked.filter(Boolean).length;
  };
}
