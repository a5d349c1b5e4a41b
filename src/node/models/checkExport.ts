import os from 'node:os';
import type { TrainingBatch } from '../../core/batches/batch.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { Message } from '../../core/messages/message.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { isReducible } from '../../core/models/weights/quantization.js';
import type { PredictionBatch } from '../../core/predict/maskedLanguageModel.js';
import { evaluatedAs, lossSumOf, targetsOf } from '../../core/batches/losses.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { CheckedForm, Disagreement } from '../../core/runs/exportComparison.js';
import type { HeldOutMetricName } from '../../core/runs/metrics.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { evaluateModel } from './evaluateModel.js';
import { evaluateOnText } from './evaluateOnText.js';
import type { LabelledModel } from './labelledModel.js';
import { sizeOfExport, type ModelFolder } from './modelFolder.js';
import type { PredictionModel } from './predictionModel.js';
import { loadServedModel, type ServedModel } from './servedModel.js';

/** Largest loss of a share, such as accuracy, that an export may have. */
const ONE_POINT = 0.01;
/** Threads of the check: one, so that times do not depend on other work. */
const THREADS = 1;

type CheckedFolder = Pick<ModelFolder, 'path' | 'model' | 'parameters' | 'imported'>;

/** Data on which exports are compared: files, or batches that a run was evaluated on. */
export type CheckData = FilesToCheck | BatchesToCheck;

export interface FilesToCheck {
  readonly selection: DataSelection;
  readonly reading: DataReading;
  readonly rate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface BatchesToCheck {
  readonly batches: readonly TrainingBatch[];
  readonly task: TaskSpec;
  readonly signal: Pick<AbortSignal, 'aborted'>;
}

export interface ExportCheck {
  readonly reference: CheckedForm;
  /** In the order of the forms that were asked for. */
  readonly forms: readonly CheckedForm[];
  /** Processor on which times were measured. */
  readonly processor: string;
  readonly warnings: readonly Message[];
}

/**
 * Evaluates a model in float32 and in the forms of exports, on the same data. If an export to `int8`
 * loses more than one point, matrices remain in float32, those first that alone change the outputs
 * most, until it does not. Throws `Cancelled`, and what reading the data throws.
 */
export async function checkExports(
  folder: CheckedFolder,
  forms: readonly GraphForm[],
  data: CheckData,
  onProgress: (done: number) => void = () => undefined,
): Promise<ExportCheck> {
  const reference = await loadServedModel(folder.path, { threads: THREADS });
  try {
    const before = await evaluated(reference, reference, data);
    const checked: CheckedForm[] = [];
    for (const form of forms) {
      onProgress(1 + checked.length);
      checked.push(await checkForm(folder, form, { reference, before, data }));
    }
    return {
      reference: await rowOf(folder, {}, { ...before, milliseconds: median(before.times) }),
      forms: checked,
      processor: os.cpus()[0]?.model ?? '',
      warnings: before.warnings,
    };
  } finally {
    await reference.release();
  }
}

/** The form of an export that was checked, with the matrices that remain in float32. */
export function formOf({ precision, portable, exact }: CheckedForm): GraphForm {
  return { precision, portable, exact: new Set(exact) };
}

interface Reference {
  readonly reference: ServedModel;
  readonly before: Evaluated;
  readonly data: CheckData;
}

async function checkForm(
  folder: CheckedFolder,
  form: GraphForm,
  { reference, before, data }: Reference,
): Promise<CheckedForm> {
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
  // Other work of the machine slows both: the ratio is that of passes in turns.
  const ratio = median(after.times) / median(after.referenceTimes);
  const milliseconds = median(before.times) * ratio;
  return rowOf(folder, { ...form, exact: new Set(exact) }, { ...after, milliseconds });
}

async function rowOf(
  folder: CheckedFolder,
  form: GraphForm,
  { metric, value, milliseconds, worst }: Evaluated & { readonly milliseconds: number },
): Promise<CheckedForm> {
  const { precision = 'float32', portable = false, exact = [] } = form;
  return {
    ...{ precision, portable, metric, value },
    bytes: await sizeOfExport(folder, form),
    milliseconds,
    largestDisagreement: worst,
    exact: [...exact],
  };
}

interface Evaluated {
  readonly metric: HeldOutMetricName;
  readonly value: number;
  /** Milliseconds of each pass. */
  readonly times: readonly number[];
  /** Those of float32 on the same batches, in turns. */
  readonly referenceTimes: readonly number[];
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
  const names = [...parameters].filter(([, tensor]) => isReducible(tensor)).map(([name]) => name);
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
  const compared =
    model.kind === 'masked-lm'
      ? comparison.ofWords(model, reference as PredictionModel)
      : comparison.ofLabels(model, reference as LabelledModel);
  const found =
    'batches' in data ? await evaluateOnBatches(compared, data) : await onFiles(compared, data);
  return { ...found, ...comparison.result() };
}

type Result = Pick<Evaluated, 'metric' | 'value' | 'warnings'>;

async function onFiles(model: ServedModel, data: FilesToCheck): Promise<Result> {
  if (model.kind === 'masked-lm') {
    const { evaluation, warnings } = await evaluateOnText(
      model,
      { ...data.selection, kind: 'any' },
      {
        ...{ rate: data.rate, seed: data.seed, withPseudoPerplexity: false, signal: data.signal },
      },
    );
    return { metric: 'maskedAccuracy', value: evaluation.top1, warnings };
  }
  const { report, warnings } = await evaluateModel(model, data.selection, {
    ...data.reading,
    task: model.task.kind,
  });
  return { ...resultOf(report.metrics), warnings };
}

async function evaluateOnBatches(
  model: ServedModel,
  { batches, task, signal }: BatchesToCheck,
): Promise<Result> {
  const objective = objectiveOf(task);
  const loss = evaluatedAs(objective.loss(task));
  const accumulator = objective.accumulator(task);
  let [lossSum, count] = [0, 0];
  for (const batch of batches) {
    throwIfCancelled(signal);
    const logits = await logitsOf(model, batch);
    const columns = logits.length / batch.rowCount;
    const sum = lossSumOf(logits, targetsOf(batch, loss, columns), loss.kind);
    const rows = batch.weights.reduce((total, weight) => total + weight, 0);
    accumulator.add(batch, {
      ...{ lossSum: sum, count: rows, correct: correctRows(logits, batch), logits },
    });
    lossSum += sum;
    count += rows;
  }
  return { ...resultOf({ ...accumulator.metrics(lossSum / count) }), warnings: [] };
}

function logitsOf(model: ServedModel, batch: TrainingBatch): Promise<Float32Array> {
  if (model.kind !== 'masked-lm') return model.logits(batch);
  const { positions } = batch;
  if (positions === null) throw new RangeError('a batch with masks has their positions');
  return model.logitsAt({ ...batch, positions });
}

/** Rows with a target whose highest logit is that of their label. */
function correctRows(logits: Float32Array, { labels, weights, rowCount }: TrainingBatch): number {
  const columns = logits.length / rowCount;
  return weights.reduce((correct, weight, row) => {
    if (weight === 0) return correct;
    const own = logits.subarray(row * columns, (row + 1) * columns);
    const most = own.reduce((a, b) => Math.max(a, b), -Infinity);
    return correct + (own[Number(labels[row])] === most ? 1 : 0);
  }, 0);
}

function resultOf(
  metrics: Readonly<Partial<Record<string, number>>>,
): Pick<Result, 'metric' | 'value'> {
  const metric = (['maskedAccuracy', 'accuracy', 'meanAbsoluteError'] as const).find(
    (name) => metrics[name] !== undefined,
  );
  if (metric === undefined) throw new RangeError('an evaluation has a metric');
  return { metric, value: metrics[metric]! };
}

/** Runs two models on the same batches; the outputs of the first count. */
class Comparison {
  private readonly times: number[] = [];
  private readonly referenceTimes: number[] = [];
  private worst: Disagreement | null = null;
  private sum = 0;
  private count = 0;

  constructor(private readonly isAlone: boolean) {}

  result(): Pick<Evaluated, 'times' | 'referenceTimes' | 'worst' | 'meanDifference'> {
    const { times, referenceTimes, worst, sum, count } = this;
    return { times, referenceTimes, worst, meanDifference: count === 0 ? 0 : sum / count };
  }

  ofWords(model: PredictionModel, reference: PredictionModel): PredictionModel {
    const logitsAt = async (batch: PredictionBatch): Promise<Float32Array> => {
      const own = await timed(this.times, () => model.logitsAt(batch));
      if (!this.isAlone) {
        const columns = own.length / batch.positions.length;
        const expected = await timed(this.referenceTimes, () => reference.logitsAt(batch));
        this.compare(own, expected, {
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
      const own = await timed(this.times, () => model.logits(batch));
      if (!this.isAlone) {
        const perText = own.length / batch.batchSize;
        const expected = await timed(this.referenceTimes, () => reference.logits(batch));
        this.compare(own, expected, {
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

async function timed(times: number[], run: () => Promise<Float32Array>): Promise<Float32Array> {
  const began = performance.now();
  const result = await run();
  times.push(performance.now() - began);
  return result;
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
  return (
    tokens
      .map((id) => {
        if (id === tokenizer.special.mask) return ` ${tokenizer.maskToken}`;
        if (tokenizer.isSpecial(id)) return ' ';
        return `${tokenizer.isContinuation(id) ? '' : ' '}${tokenizer.readable(id)}`;
      })
      .join('')
      .replaceAll(/\s+/g, ' ')
      // Most tokenizers do not keep whether there was a space.
      .replaceAll(/ (?=[,.;:!?)\]}…、。，；：！？）])/gu, '')
      .trim()
  );
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
