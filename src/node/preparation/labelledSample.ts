import { BadInput } from '../../core/data/badInput.js';
import type { LabelledExample } from '../../core/data/examples/labelledExamples.js';
import { labelsInAnswer, type DataRecord } from '../../core/data/labelledRows.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { message } from '../../core/messages/message.js';
import type { LabelledObjective } from '../../core/objectives/objective.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import { randomStream } from '../../core/random.js';
import type { SampledMasking } from '../../core/specs/sampledMasking.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { recordsOf } from '../data/labelledFiles.js';
import { Pace } from '../runtime/pace.js';
import { wordMasksOf } from './debiasing.js';

/** Rows of a sample. */
const MOST_ROWS = 1000;
/** Characters that are read for the sample, which bounds the time. */
const MOST_READ = 16_000_000;
/** Labels whose shares are told. */
const MOST_LABELS = 8;

export interface LabelledSampleOptions {
  readonly objective: LabelledObjective;
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A random sample of the rows of labelled data; rows at even distances might have one label only, where
 * labels alternate. Throws `Data` or `UserInput`.
 */
export async function labelledSample(
  spec: PreparationSpec,
  { objective, tokenizer, maxLength, signal }: LabelledSampleOptions,
): Promise<LabelledExample[]> {
  const { task, training } = spec;
  const { files, labelled, reading } = spec.data;
  if (labelled === null) throw new RangeError(`a run of ${task.kind} without labeled data`);
  const { truncation, stride } = training;
  const options = { tokenizer, maxLength, truncation, stride, withSources: true, ...labelled };
  const bad = new BadInput(reading.skipBad);
  const pace = new Pace(signal);
  const random = randomStream('sample', 'masking', training.seed);
  const rows: DataRecord[] = [];
  let [seen, read] = [0, 0];
  for await (const row of recordsOf(files, labelled.format, {
    workspaceFolder: spec.workspaceFolder,
    dialect: reading.dialect,
    ...bad.listener,
  })) {
    const text = row.values[labelled.columns.text];
    read += typeof text === 'string' ? text.length : 1;
    const place = seen++ < MOST_ROWS ? rows.length : Math.floor(random() * seen);
    if (place < MOST_ROWS) rows[place] = row;
    if (read > MOST_READ) break;
    if (pace.isOver) await pace.turn();
  }
  return rows.flatMap((row) => bad.attempt(() => objective.exampleOf(row, task, options)) ?? []);
}

/** Share of the tokens of labelled texts that a policy masks, and that in the texts of each label. */
export function sampledWords(
  examples: readonly LabelledExample[],
  policy: MaskingPolicy,
  { tokenizer, seed }: { readonly tokenizer: Tokenizer; readonly seed: number },
): Omit<SampledMasking, 'policy'> {
  const words = wordMasksOf(examples, policy, tokenizer);
  const ofLabels = new Map<string, LabelledExample[]>();
  for (const example of examples) {
    for (const label of labelsInAnswer(example.answer)) {
      const known = ofLabels.get(label);
      if (known === undefined) ofLabels.set(label, [example]);
      else known.push(example);
    }
  }
  const list = [...ofLabels]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_LABELS)
    .map(([label, ofLabel]) =>
      message('training.maskedOfLabel', {
        label,
        share: { share: words.summarize(ofLabel, seed).share },
      }),
    );
  const { share, masked } = words.summarize(examples, seed);
  const byLabel =
    list.length < 2 || share === 0
      ? null
      : message('training.maskedByLabel', { labels: { list, join: 'and' } });
  return { share, masked, byLabel };
}
