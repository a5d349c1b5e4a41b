import { BadInput } from '../../core/data/badInput.js';
import { labelsInAnswer } from '../../core/data/labelledRows.js';
import { SPLIT_NAMES, type SplitName } from '../../core/data/records.js';
import { RecordLabels } from '../../core/data/splitting/recordLabels.js';
import { movedMessages } from '../../core/data/splitting/split.js';
import { RecordSplitter } from '../../core/data/splitting/splitter.js';
import type { LabelledExample } from '../../core/data/examples/labelledExamples.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
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
import { createMaskInputs } from '../../core/train/data/maskInputs.js';
import { WordMasks } from '../../core/train/data/wordMasks.js';
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
  const { truncation, stride, maskedExamples, seed } = spec.training;
  const withSources = spec.masking !== null || maskedExamples > 0;
  const options = { tokenizer, maxLength, truncation, stride, withSources, ...labelled };
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
  const words = spec.masking === null ? null : wordMasksOf(split.train, spec.masking, tokenizer);
  const { mask } = tokenizer.special;
  const maskInputs = createMaskInputs({ training: spec.training, mask, words });
  const masking = words?.report(seed) ?? { masked: null, warnings: [] };
  const data = createLabelledData(split, { spec, maskInputs, ...collating });
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
    masking: masking.masked,
    warnings: [...bad.warnings(), ...movedMessages(moved), ...masking.warnings],
    dispose: () => undefined,
  };
}

/** Words of the training texts that a policy masks, with its statistics counted on those texts. */
function wordMasksOf(
  examples: readonly LabelledExample[],
  policy: MaskingPolicy,
  tokenizer: Tokenizer,
): WordMasks {
  const counter = needsStatistics(policy) ? new CorpusCounter(policy) : null;
  for (const { text, pair } of counter === null ? [] : examples) {
    counter?.add(text);
    if (pair !== null) counter?.add(pair);
  }
  const statistics = counter?.finish() ?? null;
  const words = new WordMasks(createMasker(policy, { tokenizer, statistics }), tokenizer);
  for (const example of examples) words.add(example);
  return words;
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
