import { BadInput } from '../../core/data/badInput.js';
import { movedMessages } from '../../core/data/splitting/split.js';
import type { LabelledExample } from '../../core/data/examples/labelledExamples.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import { weightIn } from '../../core/data/rowWeights.js';
import { inputError } from '../../core/errors.js';
import { message, problem } from '../../core/messages/message.js';
import type { LabelledObjective } from '../../core/objectives/objective.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { readAnswers, sampleExamples } from '../../core/train/evaluation/answers.js';
import {
  createLabelledData,
  evaluationBatch,
  type GroupedExample,
  type LabelledSplit,
} from '../../core/train/data/labelledData.js';
import { createMaskInputs } from '../../core/train/data/maskInputs.js';
import type { CollateOptions } from '../../core/train/data/collateLabelled.js';
import { longestSequence } from '../../core/train/data/windowBatches.js';
import { fitBaselines } from '../../core/train/evaluation/baselines.js';
import type { RunBaselines } from '../../core/runs/baselineMetrics.js';
import { prepareDebiasing, wordMasksOf, type WrongPredictions } from './debiasing.js';
import type { PreparedData } from './preparedData.js';
import { readShifted } from './shiftedRows.js';
import { splitLabelled } from './splitLabelled.js';

const SAMPLES = 8;

/** Prepares batches of labeled records. Throws `Data` or `UserInput`. */
export async function prepareLabelled(
  spec: PreparationSpec,
  objective: LabelledObjective,
  {
    tokenizer,
    maxLength,
    wrongPredictions = null,
  }: {
    tokenizer: Tokenizer;
    maxLength: number;
    /** Default, `null`: no model is loaded, and rows keep their weights. */
    wrongPredictions?: WrongPredictions | null;
  },
): Promise<PreparedData> {
  const { task } = spec;
  const { labelled, reading } = spec.data;
  if (labelled === null) throw new RangeError(`a run of ${task.kind} without labeled data`);
  const { truncation, stride, maskedExamples, seed } = spec.training;
  const withSources = spec.masking !== null || maskedExamples > 0 || spec.debias?.words != null;
  const options = { tokenizer, maxLength, truncation, stride, withSources, ...labelled };
  const exampleOf = (record: DataRecord, group: string | null): GroupedExample => ({
    ...objective.exampleOf(record, task, options),
    group,
  });
  const { weightColumn } = reading;
  const weights = new Map<LabelledExample, number>();
  const bad = new BadInput(reading.skipBad);
  const {
    rows: examples,
    moved,
    part,
  } = await splitLabelled(spec, {
    bad,
    exampleOf: (record, group) => {
      const example = exampleOf(record, group);
      if (weightColumn !== null) weights.set(example, weightIn(record, weightColumn));
      return example;
    },
  });
  const [heldOut, test] = [part('heldOut'), part('test')];
  const shifted = await readShifted(spec, {
    exampleOf: (record) => exampleOf(record, null),
    evaluatedKeys: new Set([...heldOut, ...test].map(({ key }) => key)),
    bad,
  });
  const rows = [...part('train'), ...shifted.examples];
  for (const [example, weight] of shifted.weights) weights.set(example, weight);
  // A row of weight 0 is as good as absent.
  const train = weights.size === 0 ? rows : rows.filter((example) => weights.get(example) !== 0);
  if (train.length === 0) throw inputError(problem('data.nothingWeighted'));
  const split = { train, heldOut, test };
  const samples = sampleExamples(split.heldOut, SAMPLES);
  const collating = { objective, task, pad: tokenizer.special.pad };
  const evaluation = {
    ...collating,
    batchSize: spec.training.batchSize,
    longest: longestSequence(samples),
  };
  const words = spec.masking === null ? null : wordMasksOf(split.train, spec.masking, tokenizer);
  const { mask } = tokenizer.special;
  const maskInputs = createMaskInputs({ training: spec.training, mask, words });
  const masking = words?.report(seed) ?? { masked: null, warnings: [] };
  const weightInData = (example: LabelledExample): number => weights.get(example) ?? 1;
  const { notes, weightOf, ...terms } = await prepareDebiasing(spec.debias, split.train, {
    ...{ ...collating, tokenizer, seed, wrongPredictions, weightOf: weightInData },
  });
  const ofRow = (example: LabelledExample): number =>
    weightInData(example) * (weightOf?.(example) ?? 1);
  const isWeighted = weights.size > 0 || weightOf !== null;
  const data = createLabelledData(split, {
    ...{ spec, maskInputs, ...collating },
    terms: { ...terms, weightOf: isWeighted ? ofRow : null },
  });
  const length = Math.max(...samples.map(({ ids }) => ids.length));
  const texts = [...examples, ...shifted.examples];
  const cut = texts.filter(({ isCut }) => isCut).length;
  const windows = texts.flatMap((example) => (example.windows === null ? [] : [example.windows]));
  return {
    data,
    baselines: () => baselinesOf(split, { evaluated: data.evaluated, collating }),
    samples: {
      batch: evaluationBatch({ length, examples: samples }, evaluation),
      read: (logits, step) => ({
        step,
        answered: readAnswers(samples, logits, collating),
        sentences: [],
      }),
    },
    summary: [
      message('training.trainRows', { count: split.train.length }),
      message('training.heldOutRows', { count: split.heldOut.length }),
      ...(split.test.length === 0
        ? []
        : [message('training.testRows', { count: split.test.length })]),
      ...(cut === 0 ? [] : [message('training.textsTruncated', { count: cut, maxLength })]),
      ...(windows.length === 0
        ? []
        : [
            message('training.textsInWindows', {
              count: windows.length,
              windows: windows.flat().length,
              maxLength,
            }),
          ]),
    ],
    masking: masking.masked,
    debiasing: [...shifted.notes, ...notes],
    warnings: [...bad.warnings(), ...movedMessages(moved), ...masking.warnings],
    dispose: () => undefined,
  };
}

function baselinesOf(
  { train, test }: LabelledSplit,
  {
    evaluated,
    collating,
  }: { readonly evaluated: readonly GroupedExample[]; readonly collating: CollateOptions },
): RunBaselines {
  const baselines = fitBaselines(train, collating);
  const heldOut = baselines.evaluate(evaluated);
  return test.length === 0 ? { heldOut } : { heldOut, test: baselines.evaluate(test) };
}
