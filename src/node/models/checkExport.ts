import os from 'node:os';
import type { TrainingBatch } from '../../core/batches/batch.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { Message } from '../../core/messages/message.js';
import type { WeightPrecision } from '../../core/models/exportFormats.js';
import { buildExportModel, type GraphForm } from '../../core/models/inferenceGraphs.js';
import { isQuantizable } from '../../core/models/weights/quantization.js';
import type { PredictionBatch } from '../../core/predict/maskedLanguageModel.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { HeldOutMetricName } from '../../core/runs/metrics.js';
import { evaluateModel } from './evaluateModel.js';
import { evaluateOnText } from './evaluateOnText.js';
import type { LabelledModel } from './labelledModel.js';
import type { ModelFolder } from './modelFolder.js';
import type { PredictionModel } from './predictionModel.js';
import { loadServedModel, type ServedModel } from './servedModel.js';

/** Largest loss of a share, such as accuracy, that an export may have. */
const ONE_POINT = 0.01;
/** Threads of the check: one, so that times do not depend on other work. */
const THREADS = 1;

/** Data on which exports are compared. */
export interface CheckData {
  readonly selection: DataSelection;
  readonly reading: DataReading;
  readonly rate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** One row of the table in which exports are compared. */
export interface CheckedForm {
  readonly precision: WeightPrecision;
  readonly metric: HeldOutMetricName;
  readonly value: number;
  /** Milliseconds per pass of at most 32 sequences, on one thread: median. */
  readonly milliseconds: number;
  readonly largestDisagreement: Disagreement | null;
}

/** The largest difference between an export and float32. */
export interface Disagreement {
  /** Largest difference of a probability, 0 to 1; of an output, for a regressor. */
  readonly difference: number;
  /** The text as the model reads it, with its mask tokens. */
  readonly text: string;
}

export interface ExportCheck {
  readonly reference: CheckedForm;
  readonly exported: CheckedForm;
  /** Sizes of the ONNX files. */
  readonly bytes: { readonly reference: number; readonly exported: number };
  /** Matrices that remained in float32 so that the metric stays within one point. */
  readonly exact: readonly string[];
  /** Processor on which times were measured. */
  readonly processor: string;
  readonly warnings: readonly Message[];
}

/**
 * Evaluates a model in float32 and in the form of an export, on the same data. If an export to
 * `int8` loses more than one point, matrices remain in float32, those first that alone change the
 * outputs most, until it does not.
 */
export async function checkExport(
  folder: Pick<ModelFolder, 'path' | 'model' | 'parameters'>,
  form: GraphForm,
  data: CheckData,
): Promise<{ readonly check: ExportCheck; readonly form: GraphForm }> {
  const reference = await loadServedModel(folder.path, { threads: THREADS });
  try {
    const before = await evaluated(reference, reference, data);
    const attempt = async (tried: GraphForm): Promise<Evaluated> => {
      const model = await loadServedModel(folder.path, { threads: THREADS, form: tried });
      try {
        return await evaluated(model, reference, data);
      } finally {
        await model.release();
      }
    };
    let exact: string[] = [];
    let after = await attempt(form);
    if (form.precision === 'int8' && losesTooMuch(before, after)) {
      const bySensitivity = await matricesBySensitivity(folder, form, attempt);
      for (let count = 1; losesTooMuch(before, after) && exact.length < bySensitivity.length;) {
        exact = bySensitivity.slice(0, count);
        after = await attempt({ ...form, exact: new Set(exact) });
        count *= 2;
      }
    }
    const used = { ...form, exact: new Set(exact) };
    const sizeOf = async (built: GraphForm): Promise<number> =>
      (await buildExportModel(folder.model, folder.parameters, built)).length;
    const rowOf = (precision: WeightPrecision, { metric, value, times, worst }: Evaluated) => ({
      ...{ precision, metric, value, milliseconds: median(times) },
      largestDisagreement: worst,
    });
    return {
      form: used,
      check: {
        bytes: { reference: await sizeOf({}), exported: await sizeOf(used) },
        reference: { ...rowOf('float32', before), largestDisagreement: null },
        exported: rowOf(form.precision ?? 'float32', after),
        exact,
        processor: os.cpus()[0]?.model ?? '',
        warnings: before.warnings,
      },
    };
  } finally {
    await reference.release();
  }
}

interface Evaluated {
  readonly metric: HeldOutMetricName;
  readonly value: number;
  /** Of each pass. */
  readonly times: readonly number[];
  readonly worst: Disagreement | null;
  /** Mean difference from the reference's logits. */
  readonly meanDifference: number;
  readonly warnings: readonly Message[];
}

/** Whether an export is worse by more than one point. Errors of regressors count relatively. */
function losesTooMuch(before: Evaluated, after: Evaluated): boolean {
  return before.metric === 'meanAbsoluteError'
    ? after.value > before.value * (1 + ONE_POINT)
    : after.value < before.value - ONE_POINT;
}

/** Names of the matrices, that first whose rounding alone changes the logits most. */
async function matricesBySensitivity(
  { parameters }: Pick<ModelFolder, 'parameters'>,
  form: GraphForm,
  attempt: (form: GraphForm) => Promise<Evaluated>,
): Promise<string[]> {
  const names = [...parameters].filter(([, tensor]) => isQuantizable(tensor)).map(([name]) => name);
  const found: { name: string; difference: number }[] = [];
  for (const name of names) {
    const others = new Set(names.filter((other) => other !== name));
    const { meanDifference } = await attempt({ ...form, exact: others });
    found.push({ name, difference: meanDifference });
  }
  return found.sort((a, b) => b.difference - a.difference).map(({ name }) => name);
}

async function evaluated(
  model: ServedModel,
  reference: ServedModel,
  data: CheckData,
): Promise<Evaluated> {
  const comparison = new Comparison(model === reference);
  if (model.kind === 'masked-lm') {
    const compared = comparison.ofWords(model, reference as PredictionModel);
    const { evaluation, warnings } = await evaluateOnText(
      compared,
      { ...data.selection, kind: 'any' },
      {
        ...{ rate: data.rate, seed: data.seed, withPseudoPerplexity: false, signal: data.signal },
      },
    );
    return { metric: 'maskedAccuracy', value: evaluation.top1, warnings, ...comparison.result() };
  }
  const compared = comparison.ofLabels(model, reference as LabelledModel);
  const { report, warnings } = await evaluateModel(compared, data.selection, {
    ...data.reading,
    task: model.task.kind,
  });
  const metric = (['accuracy', 'meanAbsoluteError'] as const).find(
    (name) => report.metrics[name] !== undefined,
  )!;
  return { metric, value: report.metrics[metric]!, warnings, ...comparison.result() };
}

/** Runs two models on the same batches; the outputs of the first count. */
class Comparison {
  private readonly times: number[] = [];
  private worst: Disagreement | null = null;
  private sum = 0;
  private count = 0;

  constructor(private readonly isAlone: boolean) {}

  result(): Pick<Evaluated, 'times' | 'worst' | 'meanDifference'> {
    const { times, worst, sum, count } = this;
    return { times, worst, meanDifference: count === 0 ? 0 : sum / count };
  }

  ofWords(model: PredictionModel, reference: PredictionModel): PredictionModel {
    const logitsAt = async (batch: PredictionBatch): Promise<Float32Array> => {
      const own = await this.timed(() => model.logitsAt(batch));
      if (!this.isAlone) {
        const columns = own.length / batch.positions.length;
        this.compare(own, await reference.logitsAt(batch), {
          columns,
          textOf: (row) =>
            textAt(model, batch, Math.floor(Number(batch.positions[row]) / batch.length)),
        });
      }
      return own;
    };
    return { ...model, logitsAt };
  }

  ofLabels(model: LabelledModel, reference: LabelledModel): LabelledModel {
    const logits = async (batch: TrainingBatch): Promise<Float32Array> => {
      const own = await this.timed(() => model.logits(batch));
      if (!this.isAlone) {
        const perText = own.length / batch.batchSize;
        this.compare(own, await reference.logits(batch), {
          columns: model.labels.length,
          isNumbers: model.kind === 'numbers',
          textOf: (row) =>
            textAt(
              model,
              batch,
              Math.min(batch.batchSize - 1, Math.floor((row * model.labels.length) / perText)),
            ),
        });
      }
      return own;
    };
    return { ...model, logits };
  }

  private async timed(run: () => Promise<Float32Array>): Promise<Float32Array> {
    const began = performance.now();
    const result = await run();
    this.times.push(performance.now() - began);
    return result;
  }

  private compare(
    own: Float32Array,
    expected: Float32Array,
    {
      columns,
      isNumbers = false,
      textOf,
    }: {
      readonly columns: number;
      readonly isNumbers?: boolean;
      readonly textOf: (row: number) => string;
    },
  ): void {
    for (let row = 0; row * columns < own.length; row++) {
      const rowOf = (all: Float32Array): Float32Array => {
        const logits = all.subarray(row * columns, (row + 1) * columns);
        return isNumbers ? logits : softmax(logits);
      };
      const [a, b] = [rowOf(own), rowOf(expected)];
      let largest = 0;
      for (let i = 0; i < columns; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
      this.sum += largest;
      this.count++;
      if (largest > (this.worst?.difference ?? -1)) {
        this.worst = { difference: largest, text: textOf(row) };
      }
    }
  }
}

/** Text of a row of a batch, as the model reads it. */
function textAt(
  { tokenizer }: Pick<PredictionModel, 'tokenizer'>,
  {
    inputIds,
    attentionMask,
    length,
  }: Pick<PredictionBatch, 'inputIds' | 'attentionMask' | 'length'>,
  row: number,
): string {
  const ids = Array.from(inputIds.subarray(row * length, (row + 1) * length), Number);
  const tokens = ids.filter((_, i) => attentionMask[row * length + i] === 1n);
  return tokens
    .map((id) => {
      if (id === tokenizer.special.mask) return ` ${tokenizer.maskToken}`;
      if (tokenizer.isSpecial(id)) return ' ';
      return `${tokenizer.isContinuation(id) ? '' : ' '}${tokenizer.readable(id)}`;
    })
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = logits.map((logit) => Math.exp(logit - most));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
