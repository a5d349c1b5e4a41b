import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import type { MaskedLanguageModel } from '../../core/predict/maskedLanguageModel.js';
import { logProbability } from '../../core/predict/probabilities.js';
import { runRows, type Row } from '../../core/predict/runRows.js';
import { PROBE_TEXTS } from './probeTexts.js';
import type { Turn } from './scheduler.js';

/** Every third token of a probe text is masked, in three rows that together mask all of them. */
const STRIDE = 3;
/** Largest loss of accuracy, and of the mean probability of the original token. */
const ONE_POINT = 0.01;
/** A form that is not this much faster is not worth loading. */
const LEAST_SPEEDUP = 1.1;

/** Forms that are tried in turn: the first that agrees with float32 is measured. */
export const TRIED_FORMS: readonly GraphForm[] = [
  { precision: 'int8' },
  { precision: 'int8', portable: true },
];

/** A form of a model, compared with float32 on this machine. */
export interface MeasuredForm {
  /** Time of float32 over that of this form. */
  readonly speedup: number;
  /** Whether it is within one point of float32, and faster. */
  readonly isChosen: boolean;
  /** Whether it is within one point of float32. */
  readonly agrees: boolean;
}

type Probed = Pick<MaskedLanguageModel, 'tokenizer' | 'maxLength' | 'logitsAt'>;

/**
 * Compares a form of a model with float32: accuracy and mean probability of masked tokens on the
 * probe texts, and the time of passes with one text, in turns. Takes a few seconds for a model of the
 * size of BERT-base; other jobs take their turns between passes.
 */
export async function measureForm(
  form: Probed,
  reference: Probed,
  turn: Turn,
): Promise<MeasuredForm> {
  const rows = probeRows(reference);
  const [expected, found] = [new Sums(), new Sums()];
  const times = { reference: [] as number[], form: [] as number[] };
  for (const [i, { row, originals }] of rows.entries()) {
    for (const [model, sums, own] of [
      [reference, expected, times.reference],
      [form, found, times.form],
    ] as const) {
      await turn.pass();
      const began = performance.now();
      const logits = await runRows(model, [row]);
      // The first pass warms up.
      if (i > 0) own.push(performance.now() - began);
      sums.add(logits[0]!, originals);
    }
  }
  const speedup = median(times.reference) / median(times.form);
  const agrees = rows.length > 0 && found.isWithinOnePointOf(expected);
  return { speedup, agrees, isChosen: agrees && speedup >= LEAST_SPEEDUP };
}

interface Probe {
  readonly row: Row;
  /** Ids of the masked tokens, in the order of the positions. */
  readonly originals: readonly number[];
}

function probeRows({ tokenizer, maxLength }: Probed): Probe[] {
  return PROBE_TEXTS.flatMap((text) => {
    const ids = tokenizer.encode(text).ids.slice(0, maxLength - tokenizer.frameSize);
    const places = [...ids.keys()].filter((i) => !tokenizer.isSpecial(ids[i]!));
    return Array.from({ length: STRIDE }, (_, first) => {
      const positions = places.filter((_place, i) => i % STRIDE === first);
      const masked = [...ids];
      for (const position of positions) masked[position] = tokenizer.special.mask;
      const originals = positions.map((position) => ids[position]!);
      return { row: { ids: masked, positions }, originals };
    }).filter(({ originals }) => originals.length > 0);
  });
}

class Sums {
  private correct = 0;
  private probability = 0;
  private count = 0;

  add(logits: readonly Float32Array[], originals: readonly number[]): void {
    for (const [i, original] of originals.entries()) {
      const row = logits[i]!;
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      if (row[original] === most) this.correct++;
      this.probability += Math.exp(logProbability(row, original));
      this.count++;
    }
  }

  isWithinOnePointOf(expected: Sums): boolean {
    const isLess = (own: number, other: number): boolean =>
      !(own / this.count >= other / expected.count - ONE_POINT);
    return (
      !isLess(this.correct, expected.correct) && !isLess(this.probability, expected.probability)
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
