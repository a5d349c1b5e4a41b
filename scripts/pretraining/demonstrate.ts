// Shows what two minutes of fine-tuning do to the bundled model's hovers, on three folders that it
// has not read: a manual, a novel, the documentation of a code base. Writes
// docs/pretraining/fine-tuning.md.
// usage: npm run build && npx tsx scripts/pretraining/demonstrate.ts
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { formatProbability } from '../../src/core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { fillMasks } from '../../src/core/predict/fillMasks.js';
import type { MaskedLanguageModel } from '../../src/core/predict/maskedLanguageModel.js';
import { isLive } from '../../src/core/runs/status.js';
import { createRun } from '../../src/node/runs/createRun.js';
import { inspectRun } from '../../src/node/runs/inspectRun.js';
import { followRun } from '../../src/node/runs/followRun.js';
import { LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { loadPredictionModel } from '../../src/node/models/predictionModel.js';
import { runModelFolder } from '../../src/node/runs/runDirectory.js';
import { readRun, type RunSummary } from '../../src/node/runs/runReader.js';
import { Cleaner, type Paragraphs } from './cleaning.js';
import { fetchPackage } from './packages.js';
import { PATHS } from './recipe.js';
import { htmlPages } from './sources/source.js';
import { describeError } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';

interface Folder {
  readonly title: string;
  readonly source: string;
  /** Documents, or null for a folder that is there already. */
  readonly documents: (() => Iterable<Paragraphs>) | null;
  readonly path: string;
  /** Of the folder's subject, made up for this page, so that no text holds them. */
  readonly sentences: readonly string[];
}

const cache = path.join(PATHS.root, '.cache/pretraining');
const bundled = path.join(PATHS.root, BUNDLED_MODEL_FOLDER);
const TOP = 3;

const pagesOf = (name: string, below: string) => () => {
  const { folder } = fetchPackage({ kind: 'debian', name });
  return htmlPages(path.join(folder, below), /\.html$/);
};

const FOLDERS: readonly Folder[] = [
  {
    title: 'A manual: GRASS GIS',
    source: 'Debian package grass-doc',
    documents: pagesOf('grass-doc', 'usr/share/doc/grass-doc/html'),
    path: path.join(cache, 'folders/manual'),
    sentences: [
      'The module reads a [MASK] map and writes a new one.',
      'Set the computational [MASK] before you start.',
      'The elevation is stored in each [MASK] of the map.',
      'The user imports the vector [MASK] from a file.',
    ],
  },
  {
    title: 'A novel: Moby-Dick',
    source: 'examples/workspace',
    documents: null,
    path: path.join(PATHS.root, 'examples/workspace/moby-dick'),
    sentences: [
      'The [MASK] swam slowly round the ship.',
      'All night the captain walked up and down the [MASK].',
      'They lowered the [MASK] and rowed after it.',
      'The mate lifted his [MASK] and threw it with all his strength.',
    ],
  },
  {
    title: "A code base's documentation: CMake",
    source: 'Debian package cmake-doc',
    documents: pagesOf('cmake-doc', 'usr/share/doc/cmake-data/html'),
    path: path.join(cache, 'folders/code'),
    sentences: [
      'Add the library to the [MASK] with this command.',
      'The variable is set in the [MASK] of the project.',
      'The compiler is chosen by the [MASK] file.',
      'This property is read when the [MASK] is created.',
    ],
  },
];

async function main(): Promise<void> {
  const parts: string[] = [];
  for (const folder of FOLDERS) {
    const bytes = writeFolder(folder);
    const before = await predictions(bundled, folder);
    const run = await fineTune(folder);
    const after = await predictions(runModelFolder(run.directory), folder);
    parts.push(partOf({ folder, bytes, run, before, after }));
    console.log(parts.at(-1));
  }
  const file = path.join(PATHS.root, 'docs/pretraining/fine-tuning.md');
  fs.writeFileSync(file, `${HEAD}\n${parts.join('\n')}`);
}

/** Writes the folder's text unless it is there; answers how much there is. */
function writeFolder({ documents, path: folder }: Folder): number {
  if (documents !== null) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    new Cleaner().clean(documents()).forEach((paragraphs, i) => {
      fs.writeFileSync(path.join(folder, `page-${i}.txt`), `${paragraphs.join('\n\n')}\n`);
    });
  }
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  return files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
}

/** Fine-tunes with the settings that a person gets: some 300 steps, which two cores do in two minutes. */
async function fineTune({ path: folder }: Folder): Promise<RunSummary> {
  const { directory } = await createRun(
    await inspectRun({
      runsFolder: path.join(cache, 'demonstrations'),
      workspaceFolder: folder,
      paths: ['.'],
      modelFolder: bundled,
    }),
  );
  return trainToEnd(directory);
}

async function trainToEnd(directory: string): Promise<RunSummary> {
  await new LocalLauncher({
    trainerPath: path.join(PATHS.root, 'dist/trainer.js'),
    execPath: process.execPath,
  }).start(directory);
  await new Promise<void>((resolve) => {
    const follower = followRun(directory, {
      onState: ({ status }) => {
        if (isLive(status)) return;
        follower.dispose();
        resolve();
      },
    });
  });
  const run = await readRun(directory);
  if (run.status !== 'finished')
    throw new Error(
      `the run ${run.status}: ${run.problem === null ? '' : describeError(run.problem, ENGLISH).message}`,
    );
  return run;
}

async function predictions(modelFolder: string, { sentences }: Folder): Promise<string[]> {
  const model = await loadPredictionModel(modelFolder, { threads: os.availableParallelism() });
  try {
    return await Promise.all(sentences.map((text) => first(model, text)));
  } finally {
    await model.release();
  }
}

async function first(model: MaskedLanguageModel, text: string): Promise<string> {
  const [fill] = await fillMasks(model, { text, topK: TOP });
  return (fill?.candidates ?? [])
    .map(({ word, probability }) => `${word} ${formatProbability(probability)}`)
    .join(', ');
}

const HEAD = `# Two minutes of fine-tuning

The bundled model is fine-tuned with default settings on three folders that it was not trained on, which takes about two minutes on two idle cores. It predicts the same sentences before and after. The sentences were written for this page and occur in none of the folders. \`scripts/pretraining/demonstrate.ts\` writes this page.
`;

function partOf({
  folder: { title, source, sentences },
  bytes,
  run: { state },
  before,
  after,
}: {
  folder: Folder;
  bytes: number;
  run: RunSummary;
  before: readonly string[];
  after: readonly string[];
}): string {
  const perplexity = (metrics: Record<string, number> | null | undefined): string =>
    metrics?.['perplexity']?.toFixed(1) ?? '?';
  return `## ${title}

${source}, ${(bytes / 1e6).toFixed(1)} MB; ${state!.step} steps. Perplexity on held-out text: ${perplexity(state!.before)} before, ${perplexity(state!.latest)} after.

| sentence | before | after |
|---|---|---|
${sentences.map((text, i) => `| ${text} | ${before[i]!} | ${after[i]!} |`).join('\n')}
`;
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
