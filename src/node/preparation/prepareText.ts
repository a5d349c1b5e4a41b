import { BadInput } from '../../core/data/badInput.js';
import {
  ExampleStoreBuilder,
  ExampleSubset,
  SHORT_KEY,
  type ExampleStore,
} from '../../core/data/examples/exampleStore.js';
import { GrowingArray } from '../../core/collections/growingArray.js';
import { PackedStore } from '../../core/data/examples/pack.js';
import { SequenceOrigins } from '../../core/data/examples/sequenceOrigins.js';
import { SPLIT_NAMES, type SplitName } from '../../core/data/records.js';
import { movedMessages } from '../../core/data/splitting/split.js';
import { marksOf } from '../../core/masking/planning/tokenUnits.js';
import { inputError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { createMasker } from '../../core/masking/createMasker.js';
import { textMasking, type PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { createMaskedData } from '../../core/train/data/maskedData.js';
import { RuleCoverage, summarizeMasking } from '../../core/train/data/maskingReport.js';
import { readSamples, sampleBatch, sampleSentences } from '../../core/train/evaluation/samples.js';
import { randomStream } from '../../core/random.js';
import { SpillingBytes } from '../data/spillingBytes.js';
import { countStatistics } from './countStatistics.js';
import type { PreparedData } from './preparedData.js';
import { SampleTexts } from './sampleTexts.js';
import { Splitter } from '../../core/data/splitting/splitter.js';
import { textSequences } from './textSequences.js';

const SAMPLES = 6;
const SAMPLE_CANDIDATES = 3;
/** Sequences between two reports of progress. */
const REPORT_EVERY = 2000;

export interface PrepareTextOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens per sequence, including special tokens. */
  readonly maxLength: number;
  /** File for the sequences of large data. */
  readonly storePath: string;
  readonly report: (activity: Message) => void;
}

/**
 * Prepares batches of running text for masked language modeling. The text is read and split piece by
 * piece, so that the data can be larger than the memory. Throws `Data`, `UserInput` or `Storage`.
 */
export async function prepareText(
  spec: PreparationSpec,
  options: PrepareTextOptions,
): Promise<PreparedData> {
  const bytes = new SpillingBytes(options.storePath);
  try {
    return await prepareIn(bytes, spec, options);
  } catch (thrown) {
    bytes.close();
    throw thrown;
  }
}

async function prepareIn(
  bytes: SpillingBytes,
  spec: PreparationSpec,
  { tokenizer, maxLength, report }: PrepareTextOptions,
): Promise<PreparedData> {
  const { seed, packing } = spec.training;
  const bad = new BadInput(spec.data.reading.skipBad);
  const statistics = await countStatistics(spec, { tokenizer, maxLength });
  const policy = textMasking(spec);
  const masker = createMasker(policy, { tokenizer, statistics });
  const store = new ExampleStoreBuilder(bytes, tokenizer);
  const splitter = new Splitter({ ...spec.data, ...spec.data.reading });
  /** Number of each stored sequence in the split plan. */
  const numbers = new GrowingArray((capacity) => new Uint32Array(capacity));
  const origins = new SequenceOrigins();
  const coverage = new RuleCoverage(policy);
  const texts = new SampleTexts(spec);
  for await (const sequence of textSequences(spec, { tokenizer, maxLength, ...bad.listener })) {
    const { example, text, key } = sequence;
    const number = splitter.add(sequence);
    if (number === null) continue;
    const marks = marksOf(masker.annotate(text, example, example.file), example.ids, tokenizer);
    if (!coverage.add(marks)) continue;
    const index = store.add({ ids: example.ids, marks, key: key.slice(0, SHORT_KEY) });
    numbers.push(number);
    origins.add({ file: example.file, line: sequence.line, group: sequence.group });
    texts.add(number, sequence);
    if (index % REPORT_EVERY === REPORT_EVERY - 1) {
      report(message('training.splittingText', { count: index + 1 }));
    }
  }
  const { splits, moved } = splitter.finish({ nonEmpty: true });
  const isOf = (name: SplitName, number: number): boolean => SPLIT_NAMES[splits[number]!] === name;
  const sampled = sampleSentences(
    texts.among((number) => isOf('heldOut', number)),
    tokenizer,
    {
      count: SAMPLES,
      maxLength,
      random: randomStream(seed, 'samples'),
    },
  );
  const room = maxLength - tokenizer.frameSize;
  const separator = tokenizer.special.sep;
  const part = (name: SplitName): ExampleStore => {
    const subset = new ExampleSubset(store, indicesOf(name, numbers.view(), splits));
    return packing ? new PackedStore(subset, { room, separator }) : subset;
  };
  const parts = { train: part('train'), heldOut: part('heldOut'), test: part('test') };
  if (parts.train.length === 0 || parts.heldOut.length === 0)
    throw inputError(problem('data.nothingMasked'));
  const masking = summarizeMasking(parts.train, masker, { tokenizer, seed });
  return {
    data: createMaskedData(parts, {
      ...{ spec, tokenizer, masker },
      originOf: (index) => origins.at(index),
    }),
    baselines: null,
    samples:
      sampled.length === 0
        ? null
        : {
            batch: sampleBatch(sampled, tokenizer),
            read: (logits, step) =>
              readSamples(sampled, logits, { tokenizer, step, topK: SAMPLE_CANDIDATES }),
          },
    summary: [
      message('training.trainSequences', { count: parts.train.length }),
      message('training.heldOutSequences', { count: parts.heldOut.length }),
      ...(parts.test.length === 0
        ? []
        : [message('training.testSequences', { count: parts.test.length })]),
      ...(splitter.dropped === 0
        ? []
        : [message('training.nearDuplicatesDropped', { count: splitter.dropped })]),
    ],
    masking: masking.masked,
    debiasing: [],
    warnings: [
      ...bad.warnings(),
      ...movedMessages(moved),
      ...coverage.warnings(store.length),
      ...masking.warnings,
    ],
    dispose: () => {
      bytes.close();
    },
  };
}

/** Indices of the sequences of a split, by their numbers in the split plan. */
function indicesOf(name: SplitName, numbers: Uint32Array, splits: Uint8Array): Uint32Array {
  const split = SPLIT_NAMES.indexOf(name);
  const indices = new GrowingArray((capacity) => new Uint32Array(capacity));
  for (let index = 0; index < numbers.length; index++) {
    if (splits[numbers[index]!] === split) indices.push(index);
  }
  return indices.view().slice();
}
