import * as z from 'zod';
import { answerTexts, meanLoss, shortened } from '../evaluation/answerTexts.js';
import { SCORED_SPLITS, type ExampleScore } from '../runs/exampleScores.js';
import { itemTargets } from './itemScores.js';

/** Outcome of a target under two models. */
export const DIFF_KINDS = ['broken', 'fixed', 'bothWrong', 'bothRight'] as const;
export type DiffKind = (typeof DIFF_KINDS)[number];

/** Properties that targets are sliced by. */
export const SLICE_DIMENSIONS = ['label', 'length', 'source', 'rule'] as const;
export type SliceDimension = (typeof SLICE_DIMENSIONS)[number];

/** Targets in an answer, those whose loss changes the most. */
export const MAX_DIFF_ITEMS = 100;
/** Slices in an answer, the largest. */
export const MAX_SLICES = 50;

export const diffFilterSchema = z.object({
  split: z.enum(SCORED_SPLITS),
  kind: z.enum(DIFF_KINDS),
  slice: z.object({ dimension: z.enum(SLICE_DIMENSIONS), value: z.string() }).nullable(),
});
export type DiffFilter = z.infer<typeof diffFilterSchema>;

const countsSchema = z.object({
  broken: z.int().min(0),
  fixed: z.int().min(0),
  bothWrong: z.int().min(0),
  bothRight: z.int().min(0),
});

export const predictionDiffSchema = z.object({
  /** Targets that both models were evaluated on, within the slice. */
  counts: countsSchema,
  /** Examples that only one of the models was evaluated on, or on other targets. */
  unpaired: z.int().min(0),
  /** Outcomes by property, over all targets; only properties with several values. */
  slices: z.partialRecord(
    z.enum(SLICE_DIMENSIONS),
    z.array(z.object({ value: z.string(), counts: countsSchema })).max(MAX_SLICES),
  ),
  /** Targets of the filter: the largest change of the loss first. */
  items: z
    .array(
      z.object({
        file: z.string(),
        line: z.int().min(1),
        /** Beginning of the text; empty if the run did not record it. */
        text: z.string(),
        expected: z.string(),
        before: z.string(),
        after: z.string(),
        lossBefore: z.number(),
        lossAfter: z.number(),
      }),
    )
    .max(MAX_DIFF_ITEMS),
});
export type PredictionDiff = z.infer<typeof predictionDiffSchema>;
type DiffItem = PredictionDiff['items'][number];
type Counts = z.infer<typeof countsSchema>;

/** A text, a tagged word or a masked token, as one model predicted it. */
interface Target {
  readonly expected: string;
  readonly predicted: string;
  readonly isRight: boolean;
  readonly loss: number;
  /** Word with a label; `null` for others. */
  readonly word: string | null;
  readonly rule: string | null;
}

/** Compares the predictions of two models for the same targets, example by example. */
export class PredictionDiffer {
  private readonly before = new Map<string, ExampleScore>();
  private readonly counts = noCounts();
  private readonly slices = new Map<SliceDimension, Map<string, Counts>>();
  private items: DiffItem[] = [];
  private paired = 0;
  private added = 0;

  constructor(private readonly filter: DiffFilter) {}

  /** Adds an example of the first model; all of them before those of the second. */
  addBefore(score: ExampleScore): void {
    this.before.set(score.key, score);
  }

  /** Adds an example of the second model. */
  addAfter(after: ExampleScore): void {
    this.added++;
    const before = this.before.get(after.key);
    if (before === undefined || itemTargets(before) !== itemTargets(after)) return;
    this.paired++;
    const were = targetsOf(before);
    targetsOf(after).forEach((target, i) => {
      this.addTarget(were[i]!, target, after);
    });
  }

  diff(): PredictionDiff {
    const slices: PredictionDiff['slices'] = {};
    for (const [dimension, values] of this.slices) {
      if (values.size < 2) continue;
      slices[dimension] = [...values]
        .map(([value, counts]) => ({ value, counts }))
        .sort((a, b) => totalOf(b.counts) - totalOf(a.counts))
        .slice(0, MAX_SLICES);
    }
    const unpaired = this.before.size + this.added - 2 * this.paired;
    return { counts: this.counts, unpaired, slices, items: mostChanged(this.items) };
  }

  private addTarget(before: Target, after: Target, example: ExampleScore): void {
    const kind = kindOf(before.isRight, after.isRight);
    const properties = propertiesOf(after, example);
    for (const dimension of SLICE_DIMENSIONS) {
      const value = properties[dimension];
      if (value !== null) this.countsOf(dimension, value)[kind]++;
    }
    const { slice, kind: wanted } = this.filter;
    if (slice !== null && properties[slice.dimension] !== slice.value) return;
    this.counts[kind]++;
    if (kind !== wanted) return;
    const { file, line, text = '' } = example;
    this.items.push({
      ...{ file, line, text: shortened(after.word ?? text) },
      ...{ expected: after.expected, before: before.predicted, after: after.predicted },
      ...{ lossBefore: before.loss, lossAfter: after.loss },
    });
    if (this.items.length > 4 * MAX_DIFF_ITEMS) this.items = mostChanged(this.items);
  }

  private countsOf(dimension: SliceDimension, value: string): Counts {
    const values = this.slices.get(dimension) ?? new Map<string, Counts>();
    this.slices.set(dimension, values);
    const counts = values.get(value) ?? noCounts();
    values.set(value, counts);
    return counts;
  }
}

function noCounts(): Counts {
  return { broken: 0, fixed: 0, bothWrong: 0, bothRight: 0 };
}

function totalOf(counts: Counts): number {
  return DIFF_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

function kindOf(wasRight: boolean, isRight: boolean): DiffKind {
  if (wasRight) return isRight ? 'bothRight' : 'broken';
  return isRight ? 'fixed' : 'bothWrong';
}

function mostChanged(items: readonly DiffItem[]): DiffItem[] {
  const change = ({ lossBefore, lossAfter }: DiffItem): number => Math.abs(lossAfter - lossBefore);
  return [...items].sort((a, b) => change(b) - change(a)).slice(0, MAX_DIFF_ITEMS);
}

function targetsOf({ scored, nll, text = '' }: ExampleScore): Target[] {
  if (scored.kind === 'maskedTokens') {
    return scored.tokens.map(({ original, predicted, rule = null }, i) => ({
      ...{ expected: original.token, predicted: predicted.token, rule, word: null },
      ...{ isRight: original.id === predicted.id, loss: nll[i] ?? 0 },
    }));
  }
  const { answer } = scored;
  if (answer.kind === 'tags') {
    return answer.words.map(({ expected, predicted, start, end }, i) => ({
      ...{ expected, predicted, isRight: expected === predicted, loss: nll[i] ?? 0 },
      ...{ word: text.slice(start, end), rule: null },
    }));
  }
  const { expected, predicted, isWrong } = answerTexts(scored, text);
  const loss = meanLoss(nll);
  return [{ expected, predicted, isRight: !isWrong, loss, word: null, rule: null }];
}

/** Numbers have no labels, and masked text has no length that a person would see. */
function propertiesOf(
  { expected, rule }: Target,
  { file, text, scored }: ExampleScore,
): Record<SliceDimension, string | null> {
  const isNumber = scored.kind === 'answer' && scored.answer.kind === 'numbers';
  return {
    label: isNumber ? null : expected,
    length: text === undefined ? null : lengthText(text),
    source: file,
    rule,
  };
}

/** Number of words, in ranges that double: `5–8`. */
function lengthText(text: string): string {
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  if (words <= 1) return '1';
  const power = Math.ceil(Math.log2(words));
  const low = 2 ** (power - 1) + 1;
  return low === 2 ** power ? String(low) : `${low}–${2 ** power}`;
}
