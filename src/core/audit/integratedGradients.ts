import type { EmbeddingGradients } from '../models/inputGradients.js';
import { padSequences } from '../tokenizer/padSequences.js';
import { meanOf } from '../stats/intervals.js';
import { spearman } from '../stats/rankCorrelation.js';
import { logOddsOf } from '../predict/explainedLogOdds.js';
import type { LabelFunction } from '../predict/labelProbabilities.js';
import { highest, type AuditedModel, type OccludedText, type OnText } from './occlusion.js';

/** Points of the path; doubled until the error is small enough. */
const POINTS = [16, 32, 64, 128, 256] as const;
/** Points whose gradients are taken in one pass. */
const POINTS_AT_ONCE = 16;
/** Largest error relative to the change, or to 1 if that is smaller. */
const TOLERANCE = 0.02;
/** Lengths are padded to multiples, so that few graphs are compiled. */
const LENGTH_STEP = 16;

/** Integrated gradients of one text. */
export interface IntegratedText {
  /** Attribution of each of the text's words, in the unit of the evidence for the label. */
  readonly words: readonly number[];
  /** Index of the label whose evidence is explained. */
  readonly label: number;
  /** Sum of the attributions of all tokens minus F(text) − F(baseline): the completeness error. */
  readonly error: number;
  readonly points: number;
  /** The error relative to the change F(text) − F(baseline), or to 1 if that is smaller. */
  readonly relativeError: number;
  /** Whether the error is within max(2% of F(text) − F(baseline), 0.02). */
  readonly isConverged: boolean;
}

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, arXiv:1703.01365) of the evidence for the
 * predicted label at the word embeddings, from a baseline that has the mask in the place of every token
 * of a word, with special tokens and punctuation as they are. A baseline of zero would explain nothing
 * where a normalization follows at once. The path is integrated by Gauss–Legendre quadrature with 16 to
 * 256 points.
 *
 * @returns null for a text in windows, whose logits are a mean, and for one without words
 */
export async function integrateGradients(
  { tokenizer, apply }: Pick<AuditedModel, 'tokenizer' | 'apply'>,
  gradients: EmbeddingGradients,
  { sequences, words, logits }: Pick<OccludedText, 'sequences' | 'words' | 'logits'>,
): Promise<IntegratedText | null> {
  const [sequence, ...others] = sequences;
  if (sequence === undefined || others.length > 0 || words.length === 0) return null;
  const label = highest(logits);
  const { width, maxLength } = gradients;
  const rounded = Math.ceil(sequence.ids.length / LENGTH_STEP) * LENGTH_STEP;
  const length = Math.max(sequence.ids.length, Math.min(rounded, maxLength));
  const batch = padSequences(
    Array.from({ length: POINTS_AT_ONCE }, () => sequence),
    {
      ...{ pad: tokenizer.special.pad, length },
    },
  );
  const end = gradients.embeddingsOf(batch.inputIds.subarray(0, length));
  const mask = gradients.embeddingsOf([tokenizer.special.mask]);
  const start = Float32Array.from(end);
  for (const { places } of words) {
    for (const position of places.get(0) ?? []) start.set(mask, position * width);
  }
  /** Evidence at points of the path, and the gradient at each point times its weight, summed. */
  const along = async (
    points: readonly number[],
    weights: readonly number[],
  ): Promise<{ evidence: number[]; sum: Float64Array }> => {
    const sum = new Float64Array(length * width);
    const evidence: number[] = [];
    for (let first = 0; first < points.length; first += POINTS_AT_ONCE) {
      const block = points.slice(first, first + POINTS_AT_ONCE);
      const embeddings = new Float32Array(POINTS_AT_ONCE * length * width);
      for (let row = 0; row < POINTS_AT_ONCE; row++) {
        const alpha = block[row] ?? 0;
        const at = row * length * width;
        for (let j = 0; j < end.length; j++) {
          embeddings[at + j] = start[j]! + alpha * (end[j]! - start[j]!);
        }
      }
      const input = { ...batch, positions: null, embeddings };
      const { rows, found } = await gradientsOfEvidence(gradients, input, { label, apply });
      block.forEach((_, row) => {
        evidence.push(evidenceOf(rows[row]!, label, apply));
        const weight = weights[first + row]!;
        const at = row * length * width;
        if (weight === 0) return;
        for (let j = 0; j < sum.length; j++) sum[j]! += weight * found[at + j]!;
      });
    }
    return { evidence, sum };
  };
  const [whole, baseline] = (await along([1, 0], [0, 0])).evidence as [number, number];
  const change = whole - baseline;
  for (const count of POINTS) {
    const { nodes, weights } = gaussLegendre(count);
    const { sum } = await along(nodes, weights);
    const tokens = new Float64Array(length);
    for (let j = 0; j < sum.length; j++) {
      tokens[Math.floor(j / width)]! += sum[j]! * (end[j]! - start[j]!);
    }
    const error = tokens.reduce((total, value) => total + value, 0) - change;
    const relativeError = Math.abs(error) / Math.max(Math.abs(change), 1);
    const isConverged = relativeError <= TOLERANCE;
    if (!isConverged && count !== POINTS.at(-1)) continue;
    return {
      words: words.map(({ places }) =>
        (places.get(0) ?? []).reduce((total, position) => total + tokens[position]!, 0),
      ),
      ...{ label, error, relativeError, points: count, isConverged },
    };
  }
  throw new RangeError('the last number of points is always returned');
}

function evidenceOf(logits: Float32Array, label: number, apply: LabelFunction): number {
  return apply === 'softmax' ? logOddsOf(logits, label) : logits[label]!;
}

/** Logits of all rows, and the gradient of the evidence for a label in each. */
async function gradientsOfEvidence(
  gradients: EmbeddingGradients,
  input: Parameters<EmbeddingGradients['gradientsOf']>[0],
  { label, apply }: { readonly label: number; readonly apply: LabelFunction },
): Promise<{ rows: Float32Array[]; found: Float32Array }> {
  const count = input.batchSize;
  const rowsOf = (logits: Float32Array): Float32Array[] => {
    const columns = logits.length / count;
    return Array.from({ length: count }, (_, row) =>
      logits.subarray(row * columns, (row + 1) * columns),
    );
  };
  // The cotangent of log-odds depends on the logits, which a first pass finds; one output needs none.
  const columns = gradients.outputSize;
  const unit = new Float32Array(count * columns);
  for (let row = 0; row < count; row++) unit[row * columns + label] = 1;
  const isLinear = apply !== 'softmax' || columns === 2;
  if (isLinear && apply === 'softmax') {
    for (let row = 0; row < count; row++) unit[row * columns + (1 - label)] = -1;
  }
  const first = await gradients.gradientsOf(input, unit);
  const rows = rowsOf(first.logits);
  if (isLinear) return { rows, found: first.gradients };
  const cotangent = new Float32Array(count * columns);
  rows.forEach((logits, row) => {
    // d log-odds / d logits: 1 at the label, and minus the softmax over the others elsewhere.
    const others = logits[label]! - logOddsOf(logits, label);
    logits.forEach((logit, column) => {
      cotangent[row * columns + column] = column === label ? 1 : -Math.exp(logit - others);
    });
  });
  const second = await gradients.gradientsOf(input, cotangent);
  return { rows: rowsOf(second.logits), found: second.gradients };
}

/** Nodes and weights of Gauss–Legendre quadrature on [0, 1], by Newton's method on Pₙ. */
export function gaussLegendre(n: number): { nodes: number[]; weights: number[] } {
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 100; step++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) {
        [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      }
      slope = (n * (x * value - before)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    nodes.push((1 - x) / 2);
    weights.push(1 / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}

/** Agreement of integrated gradients with occlusion over the texts of an audit. */
export interface GradientCheck {
  /** Texts that were integrated, and those whose path did not converge, which are left out. */
  readonly texts: number;
  readonly unconverged: number;
  /** Mean rank correlation with the effects of occlusion over the words of a text; null without any. */
  readonly agreement: number | null;
  /** Mean and largest relative completeness error of the texts that converged; null without any. */
  readonly error: { readonly mean: number; readonly largest: number } | null;
}

/** Checks effects of occlusion by integrated gradients of the same label. */
export async function checkByGradients(
  model: Pick<AuditedModel, 'tokenizer' | 'apply'>,
  gradients: EmbeddingGradients,
  texts: readonly OccludedText[],
  onText: OnText = () => undefined,
): Promise<GradientCheck> {
  const correlations: number[] = [];
  const errors: number[] = [];
  let [count, unconverged] = [0, 0];
  for (const [i, text] of texts.entries()) {
    onText(i, texts.length);
    const integrated = await integrateGradients(model, gradients, text);
    if (integrated === null) continue;
    count++;
    if (!integrated.isConverged) {
      unconverged++;
      continue;
    }
    errors.push(integrated.relativeError);
    const pairs = integrated.words.map(
      (value, i) => [value, text.effects[i]!.effects[integrated.label]!] as const,
    );
    const correlation = spearman(pairs);
    if (correlation !== null) correlations.push(correlation);
  }
  return {
    ...{ texts: count, unconverged },
    agreement: correlations.length === 0 ? null : meanOf(correlations),
    error: errors.length === 0 ? null : { mean: meanOf(errors), largest: Math.max(...errors) },
  };
}
