import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { formatShare, groupThousands } from '../core/format.js';
import { initializeParameters } from '../core/models/initialize.js';
import { initializationOf, newModelConfig } from '../core/models/newModel.js';
import { RUN_FILES, type NewModelSpec, type RunSpec } from '../core/runs/schema.js';
import { parseTokenizer } from '../core/text/parseTokenizer.js';
import type { TrainingProgress } from '../core/text/training/training.js';
import { readTokenizerJson } from '../node/loadTokenizer.js';
import { modelError } from '../node/modelFiles.js';
import { writeModelFolder } from '../node/modelFolder.js';
import { readTextRecords } from '../node/textRecords.js';
import { trainTokenizer } from '../node/tokenizerTraining.js';
import { refuseChangedFiles } from './prepare.js';

/** Characters after which a passage of running text ends at the next empty line. */
const PASSAGE = 2000;

/**
 * The folder of the model that pre-training starts from: a vocabulary trained on the run's text and
 * new weights. It is made once; a run that was interrupted before starts over with it. The same
 * spec on the same data gives the same. `report` may throw to stop. Throws `Data`, `Model` or
 * `UserInput`.
 */
export async function makeNewModel(
  directory: string,
  { spec, newModel }: { spec: RunSpec; newModel: NewModelSpec },
  report: (activity: string) => void,
): Promise<string> {
  const folder = path.join(directory, RUN_FILES.start);
  if (fs.existsSync(folder)) return folder;
  await refuseChangedFiles(spec);
  const { maxLength, seed } = spec.training;
  const tokenizerJson = await tokenizerOf(spec, newModel.vocabulary, report);
  const tokenizer = parseTokenizer(tokenizerJson);
  const config = newModelConfig(newModel.architecture, { tokenizer, maxLength });
  const { cls, sep } = tokenizer.special;
  const initialization = initializationOf(newModel.architecture.family);
  await writeModelFolder(folder, {
    config,
    configJson: { cls_token_id: cls, sep_token_id: sep },
    tokenizerJson,
    parameters: initializeParameters(config, seed, { ...(initialization && { initialization }) }),
    modelCard: 'New weights: a model that has learned nothing yet.\n',
    withoutOnnx: true,
  });
  return folder;
}

async function tokenizerOf(
  spec: RunSpec,
  vocabulary: NewModelSpec['vocabulary'],
  report: (activity: string) => void,
): Promise<object> {
  if (vocabulary.kind === 'given') return givenTokenizer(vocabulary);
  const { model, size, minFrequency, lowercase } = vocabulary;
  const { tokenizerJson } = await trainTokenizer({
    model,
    options: { vocabularySize: size, minFrequency, lowercase },
    texts: textsOf(spec),
    onProgress: (progress) => {
      report(`Training the vocabulary: ${phaseText(progress)}`);
    },
  });
  return tokenizerJson;
}

async function givenTokenizer({
  path: folder,
  sha256,
}: Extract<NewModelSpec['vocabulary'], { kind: 'given' }>): Promise<object> {
  const { tokenizerJson } = await readTokenizerJson(folder);
  const file = path.join(folder, 'tokenizer.json');
  const found = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  if (found === sha256) return tokenizerJson as object;
  throw modelError(
    file,
    'has changed since this run was created',
    'Put the tokenizer back as it was, or start a new run with the changed one.',
  );
}

async function* textsOf({ data, workspaceFolder }: RunSpec): AsyncGenerator<string> {
  const { columns, format, cleaning, code, skipBad } = data.reading;
  const records = readTextRecords(data.files, {
    ...{ workspaceFolder, columns, format, cleaning, atLeast: PASSAGE },
    ...(code === null ? {} : { code }),
    // What is left out is told of when the text is cut into sequences.
    ...(skipBad ? { onBad: () => undefined } : {}),
  });
  for await (const { text } of records) yield text.text;
}

function phaseText({ phase, done, total }: TrainingProgress): string {
  const share = total === 0 ? groupThousands(done) : formatShare(done / total);
  switch (phase) {
    case 'reading':
      return `${share} texts read`;
    case 'merging':
      return `${share} of the merges`;
    case 'seeding':
      return `looking for frequent pieces, ${share}`;
    case 'estimating':
      return `${share} of the pieces estimated`;
  }
}
