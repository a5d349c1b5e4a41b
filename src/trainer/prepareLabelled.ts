import { exampleOfRecord, type LabelledExample } from '../core/data/labelledExamples.js';
import { splitExamples } from '../core/data/split.js';
import { formatCount, groupThousands } from '../core/format.js';
import type { RunSpec } from '../core/runs/schema.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import { readAnswers, sampleExamples } from '../core/train/answers.js';
import {
  collateLabelled,
  createLabelledData,
  type LabelledTask,
} from '../core/train/labelledData.js';
import { recordsOf } from '../node/runData.js';
import type { PreparedData } from './prepare.js';

const SAMPLES = 8;

/** Records with labels, as batches. Throws `Data` or `UserInput`. */
export async function prepareLabelled(
  spec: RunSpec,
  task: LabelledTask,
  { tokenizer, maxLength }: { tokenizer: Tokenizer; maxLength: number },
): Promise<PreparedData> {
  const { files, labelled, splitSeed: seed, heldOutFraction } = spec.data;
  if (labelled === null) throw new RangeError(`a run of ${task.kind} without labelled data`);
  const options = { task, tokenizer, maxLength, ...labelled };
  const examples: LabelledExample[] = [];
  for await (const record of recordsOf(files, labelled.format, spec)) {
    examples.push(exampleOfRecord(record, options));
  }
  const split = splitExamples(examples, { seed, heldOutFraction });
  const samples = sampleExamples(split.heldOut, SAMPLES);
  const { pad } = tokenizer.special;
  const length = Math.max(...samples.map(({ ids }) => ids.length));
  const cut = examples.filter(({ isCut }) => isCut).length;
  return {
    data: createLabelledData(split, { spec, task, pad }),
    samples: {
      batch: collateLabelled({ length, examples: samples }, { task, pad }, { weighted: false }),
      read: (logits, step) => ({
        step,
        answered: readAnswers(samples, logits, task),
        sentences: [],
      }),
    },
    summary: [
      `${groupThousands(split.train.length)} rows to train on`,
      `${groupThousands(split.heldOut.length)} held out`,
      ...(cut === 0 ? [] : [`${formatCount(cut, 'text')} cut at ${maxLength} tokens`]),
    ].join(', '),
  };
}
