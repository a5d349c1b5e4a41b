import path from 'node:path';
import { chunkDocument } from '../core/data/chunk.js';
import type { Example, TextDocument } from '../core/data/documents.js';
import { packExamples } from '../core/data/pack.js';
import { splitExamples } from '../core/data/split.js';
import { groupThousands } from '../core/format.js';
import { randomStream } from '../core/random.js';
import type { RunSpec } from '../core/runs/schema.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import { createMaskedData } from '../core/train/maskedData.js';
import { readSamples, sampleBatch, sampleSentences } from '../core/train/samples.js';
import { readTextFile } from '../node/textFiles.js';
import type { PreparedData } from './prepare.js';

const SAMPLES = 6;
const SAMPLE_CANDIDATES = 3;

/** Running text, as batches for masked-language modelling. Throws `Data` or `UserInput`. */
export async function prepareText(
  spec: RunSpec,
  { tokenizer, maxLength }: { tokenizer: Tokenizer; maxLength: number },
  report: (activity: string) => void,
): Promise<PreparedData> {
  const documents: TextDocument[] = [];
  for (const { path: file } of spec.data.files) {
    const { text } = await readTextFile(path.resolve(spec.workspaceFolder, file), {
      shownAs: file,
    });
    documents.push({ file, text });
  }
  report('Cutting the text into sequences');
  const examples = documents.flatMap((document) =>
    chunkDocument(tokenizer, document, { maxLength }),
  );
  const split = splitExamples(examples, {
    seed: spec.data.splitSeed,
    heldOutFraction: spec.data.heldOutFraction,
  });
  const samples = sampleSentences(
    split.heldOut,
    new Map(documents.map((document) => [document.file, document])),
    tokenizer,
    { count: SAMPLES, maxLength, random: randomStream(spec.training.seed, 'samples') },
  );
  const pack = (part: readonly Example[]): readonly Example[] =>
    spec.training.packing ? packExamples(part, { tokenizer, maxLength }) : part;
  const sequences = { train: pack(split.train), heldOut: pack(split.heldOut) };
  return {
    data: createMaskedData(sequences, { spec, tokenizer }),
    samples:
      samples.length === 0
        ? null
        : {
            batch: sampleBatch(samples, tokenizer),
            read: (logits, step) =>
              readSamples(samples, logits, { tokenizer, step, topK: SAMPLE_CANDIDATES }),
          },
    summary: `${groupThousands(sequences.train.length)} sequences to train on, ${groupThousands(sequences.heldOut.length)} held out`,
  };
}
