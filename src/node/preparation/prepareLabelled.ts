import { BadInput } from '../../core/data/badInput.js';
import { labelsInAnswer } from '../../core/data/labelledRows.js';
import { SPLIT_NAMES, type SplitName } from '../../core/data/records.js';
import { RecordLabels } from '../../core/data/splitting/recordLabels.js';
import { movedMessages } from '../../core/data/splitting/split.js';
import { RecordSplitter } from '../../core/data/splitting/splitter.js';
import { message } from '../../core/messages/message.js';
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
import type { CollateOptions } from '../../core/train/data/collateLabelled.js';
import { longestSequence } from '../../core/train/data/windowBatches.js';
import { fitBaselines } from '../../core/train/evaluation/baselines.js';
import type { RunBaselines } from '../../core/runs/baselineMetrics.js';
import { recordsOf } from '../data/labelledFiles.js';
import type { PreparedData } from './preparedData.js';

const SAMPLES = 8;

/** Prepares batches of labeled records. Throws `Data` or `UserInput`. */
export async function prepareLabelled(
  spec: PreparationSpec,
  objective: LabelledObjective,
  { tokenizer, maxLength }: { tokenizer: Tokenizer; maxLength: number },
): Promise<PreparedData> {
  const { task } = spec;
  const { files, labelled, reading } = spec.data;
  if (labelled === null) throw new RangeError(`a run of ${task.kind} without labeled data`);
  const { truncation, stride } = spec.training;
  const options = { tokenizer, maxLength, truncation, stride, ...labelled };
  const examples: GroupedExample[] = [];
  const bad = new BadInput(reading.skipBad);
  const splitter = new RecordSplitter({ ...spec.data, ...reading });
  for await (const record of recordsOf(files, labelled.format, {
    workspaceFolder: spec.workspaceFolder,
    dialect: reading.dialect,
    ...bad.listener,
  })) {
    const found = bad.attempt(() => {
      const group = splitter.groupOf(record);
      const example = { ...objective.exampleOf(record, task, options), group };
      return { example, number: splitter.addRecord(record, example) };
    });
    if (found !== null && found.number !== null) examples.push(found.example);
  }
  const labels = new RecordLabels();
  examples.forEach(({ answer }, number) => {
    labels.add(number, labelsInAnswer(answer));
  });
  const { splits, moved } = splitter.finish({ nonEmpty: true, labels });
  const part = (name: SplitName): GroupedExample[] =>
    examples.filter((_, i) => SPLIT_NAMES[splits[i]!] === name);
  const split = { train: part('train'), heldOut: part('heldOut'), test: part('test') };
  const samples = sampleExamples(split.heldOut, SAMPLES);
  const collating = { objective, task, pad: tokenizer.special.pad };
  const evaluation = {
    ...collating,
    batchSize: spec.training.batchSize,
    longest: longestSequence(samples),
  };
  const data = createLabelledData(split, { spec, ...collating });
  const length = Math.max(...samples.map(({ ids }) => ids.length));
  const cut = examples.filter(({ isCut }) => isCut).length;
  const windows = examples.flatMap((example) =>
    example.windows === null ? [] : [example.windows],
  );
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
    masking: null,
    warnings: [...bad.warnings(), ...movedMessages(moved)],
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
