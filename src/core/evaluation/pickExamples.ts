import * as z from 'zod';
import type { ExampleScore } from '../runs/exampleScores.js';
import { answerTexts, confusionsOf, meanLoss, shortened } from './answerTexts.js';

/** Number of examples in an answer, those with the highest loss. */
export const MAX_PICKED = 100;
/** Number of points in an answer. */
export const MAX_POINTS = 1000;

/** Examples to pick: wrong predictions, or those of one cell of the confusion matrix. */
export const exampleFilterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('errors') }),
  z.object({ kind: z.literal('cell'), expected: z.string(), predicted: z.string() }),
]);
export type ExampleFilter = z.infer<typeof exampleFilterSchema>;

export const pickedExamplesSchema = z.object({
  /** Examples that fit the filter. */
  total: z.int().min(0),
  /** Highest loss first, at most `MAX_PICKED`. */
  examples: z.array(
    z.object({
      file: z.string(),
      line: z.int().min(1),
      /** Beginning of the text; empty if the run did not record it. */
      text: z.string(),
      expected: z.string(),
      predicted: z.string(),
      loss: z.number(),
    }),
  ),
  /** Of a task that predicts numbers: target and prediction of each number, by its name. */
  points: z.record(z.string(), z.array(z.tuple([z.number(), z.number()])).max(MAX_POINTS)),
});
export type PickedExamples = z.infer<typeof pickedExamplesSchema>;

/** Picks examples out of those that a run's metrics are computed from, one after the other. */
export class ExamplePicker {
  private total = 0;
  private examples: PickedExamples['examples'] = [];
  private readonly points = new Map<string, [number, number][]>();

  constructor(private readonly filter: ExampleFilter) {}

  add({ evaluated, scored, file, line, text = '', nll }: ExampleScore): void {
    if (!evaluated || scored.kind !== 'answer') return;
    if (scored.answer.kind === 'numbers') this.addPoints(scored.answer);
    const { isWrong, ...told } = answerTexts(scored, text);
    const { filter } = this;
    const fits =
      filter.kind === 'errors'
        ? isWrong
        : confusionsOf(scored).some(
            ({ expected, predicted }) =>
              expected === filter.expected && predicted === filter.predicted,
          );
    if (!fits) return;
    this.total++;
    this.examples.push({ file, line, text: shortened(text), ...told, loss: meanLoss(nll) });
    if (this.examples.length > 2 * MAX_PICKED) this.examples = highest(this.examples);
  }

  picked(): PickedExamples {
    const { total, examples, points } = this;
    return { total, examples: highest(examples), points: Object.fromEntries(points) };
  }

  private addPoints(numbers: {
    readonly names: readonly string[];
    readonly expected: readonly number[];
    readonly predicted: readonly number[];
  }): void {
    numbers.names.forEach((name, i) => {
      const points = this.points.get(name) ?? [];
      this.points.set(name, points);
      if (points.length < MAX_POINTS) points.push([numbers.expected[i]!, numbers.predicted[i]!]);
    });
  }
}

function highest(examples: PickedExamples['examples']): PickedExamples['examples'] {
  return [...examples].sort((a, b) => b.loss - a.loss).slice(0, MAX_PICKED);
}
