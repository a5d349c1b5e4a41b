import path from 'node:path';
import { chunkDocument } from '../core/data/chunk.js';
import type { TextDocument } from '../core/data/documents.js';
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
  return {
    data: createMaskedData(split, { spec, tokenizer }),
    samples:
      samples.length === 0
        ? null
        : {
            batch: sampleBatch(samples, tokenizer),
            read: (logits, step) =>
              readSamples(samples, logits, { tokenizer, step, topK: SAMPLE_CANDIDATES }),
          },
    summary: `${groupThousands(split.train.length)} sequences to train on, ${groupThousands(split.heldOut.length)} held out`,
  };
}
