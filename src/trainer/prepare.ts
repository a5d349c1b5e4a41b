import path from 'node:path';
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.js';
import type { TextDocument } from '../core/data/documents.js';
import { chunkDocument } from '../core/data/chunk.js';
import { splitExamples } from '../core/data/split.js';
import { groupThousands } from '../core/format.js';
import { randomStream } from '../core/random.js';
import type { RunSpec } from '../core/runs/schema.js';
import { parseTokenizer } from '../core/text/parseTokenizer.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import type { TrainingEngine } from '../core/train/engine.js';
import type { TrainingData } from '../core/train/loop.js';
import { createMaskedData } from '../core/train/maskedData.js';
import { sampleSentences, type SampleSentence } from '../core/train/samples.js';
import { createTrainingEngine } from '../core/train/trainingEngine.js';
import { loadKernels } from '../node/kernels.js';
import { readModelFolder, type ModelFolder } from '../node/modelFolder.js';
import { createOnnxRuntime } from '../node/onnxRuntime.js';
import { readTextFile } from '../node/textFiles.js';

/** Everything the loop needs, built from the spec alone: the same spec gives the same. */
export interface PreparedRun {
  readonly model: ModelFolder;
  readonly tokenizer: Tokenizer;
  readonly data: TrainingData;
  readonly samples: readonly SampleSentence[];
  readonly engine: TrainingEngine;
  /** The data in words. */
  readonly summary: string;
}

const SAMPLES = 6;

/**
 * Loads model and data of a run. `report` hears what comes next and may throw to stop. Throws
 * `Model`, `Data` or `UserInput`.
 */
export async function prepare(
  spec: RunSpec,
  modelFolder: string,
  report: (activity: string) => void,
): Promise<PreparedRun> {
  report('Loading the model');
  const model = await readModelFolder(modelFolder);
  const tokenizer = parseTokenizer(model.tokenizerJson, {
    path: path.join(model.path, 'tokenizer.json'),
  });
  const maxLength = Math.min(spec.training.maxLength, model.config.max_position_embeddings);

  report('Reading the data');
  const documents = await readDocuments(spec);
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

  report('Building the training graph');
  const engine = await createTrainingEngine({
    model: model.model,
    parameters: model.parameters,
    optimizer: spec.optimizer,
    runtime: createOnnxRuntime(),
    kernels: await loadKernels(path.join(__dirname, 'kernels.wasm')),
    threads: spec.training.threads,
  });
  return {
    model,
    tokenizer,
    data: createMaskedData(split, { spec, tokenizer }),
    samples,
    engine,
    summary: `${groupThousands(split.train.length)} sequences to train on, ${groupThousands(split.heldOut.length)} held out`,
  };
}

/** The run's files, refused if they are no longer what the run was created from. */
async function readDocuments(spec: RunSpec): Promise<TextDocument[]> {
  const documents: TextDocument[] = [];
  for (const file of spec.data.files) {
    const { text, bytes } = await readTextFile(path.resolve(spec.workspaceFolder, file.path), {
      shownAs: file.path,
    });
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
      throw new AppError({
        code: 'Data',
        details: {
          file: file.path,
          problem: 'has changed since this run was created',
          remedy: 'Put the file back as it was to resume, or start a new run on the changed data.',
        },
      });
    }
    documents.push({ file: file.path, text });
  }
  return documents;
}
