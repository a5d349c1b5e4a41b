import { describeError, problemOf, toAppErrorData, type AppErrorData } from '../core/errors.js';
import { formatBytes, groupThousands } from '../core/format.js';
import { labelsOf } from '../core/models/labels.js';
import { exportNotes } from '../node/models/exportNotes.js';
import { fittingTokenizer } from '../node/models/fittingTokenizer.js';
import { isImported } from '../node/models/modelFiles.js';
import { readModelFolder, type ModelFolder } from '../node/models/modelFolder.js';
import { verifyOnSample } from '../node/models/verifyImport.js';
import { usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import type { MergedParameters } from '../core/models/import/findParameters.js';

export const CHECK_MODEL: CommandShape = {
  name: 'check-model',
  group: 'models',
  usage: '<run or model folder> [--json]',
  summary: 'Describe a model and check whether it can be trained',
  flags: { json: { help: 'Print one JSON object instead of lines' } },
  examples: ['masklab check-model my-model', 'masklab check-model my-model --json'],
};

/** Facts about a model folder, or the error that keeps it from being trained. */
interface ModelReport {
  readonly folder: string;
  readonly loaded: 'built' | 'imported';
  readonly canBeTrained: boolean;
  readonly facts: ModelFacts | null;
  readonly error: AppErrorData | null;
}

interface ModelFacts {
  readonly family: string;
  /** `null` for an export without a head. */
  readonly head: string | null;
  readonly labels: readonly string[] | null;
  readonly parameters: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly maxLength: number;
  readonly vocabulary: number;
  /** Initializers of an export that are not trained. */
  readonly frozen: readonly string[];
  /** Parameters that the exporter merged, by the name of the one that is left. */
  readonly merged: readonly MergedParameters[];
}

export async function checkModelCommand(values: CommandValues): Promise<void> {
  const [given] = values.positionals;
  if (given === undefined) {
    throw usageError('"masklab check-model" requires a run or model folder.', CHECK_MODEL.name);
  }
  const report = await checkModel(modelFolderOf(given));
  if (values.has('json')) printJson(report);
  else print(show(report));
  if (!report.canBeTrained) process.exitCode = 1;
}

async function checkModel(folder: string): Promise<ModelReport> {
  const loaded = isImported(folder) ? 'imported' : 'built';
  try {
    const { model, hasHead } = await readWithHead(folder);
    const facts = factsOf(model, hasHead);
    await verifyOnSample(model);
    return { folder, loaded, canBeTrained: true, facts, error: null };
  } catch (thrown) {
    const error = toAppErrorData(thrown);
    return { folder, loaded, canBeTrained: false, facts: null, error };
  }
}

/** Reads a model; an export without a head is read with a new one, as runs do. */
async function readWithHead(folder: string): Promise<{ model: ModelFolder; hasHead: boolean }> {
  try {
    return { model: await readModelFolder(folder), hasHead: true };
  } catch (thrown) {
    if (problemOf(toAppErrorData(thrown)).id !== 'models.noLogits') throw thrown;
    const labels = { labels: ['LABEL_0', 'LABEL_1'] };
    return { model: await readModelFolder(folder, { head: 'sequence', labels }), hasHead: false };
  }
}

function factsOf(folder: ModelFolder, hasHead: boolean): ModelFacts {
  const { model, parameters, configJson, imported, newParameters } = folder;
  const isNew = new Set(newParameters);
  let count = 0;
  for (const [name, { data }] of parameters) if (!isNew.has(name)) count += data.length;
  return {
    family: model.family,
    head: hasHead ? model.heads[0].kind : null,
    labels: !hasHead || model.heads[0].kind === 'masked-lm' ? null : labelsOf(configJson),
    parameters: count,
    layers: model.layerCount,
    hiddenSize: model.hiddenSize,
    maxLength: model.maxLength,
    vocabulary: fittingTokenizer(folder).vocabularySize,
    frozen: imported?.notes.frozen ?? [],
    merged: imported?.notes.merged ?? [],
  };
}

const HEADS: Readonly<Record<string, string>> = {
  'masked-lm': 'masked words',
  sequence: 'labels or numbers for each text',
  token: 'one tag per word',
};

const NO_HEAD = 'nothing yet: labels, numbers or tags after training, with a new head';

function show({ loaded, facts, error }: ModelReport): string {
  const how =
    loaded === 'built'
      ? 'built from config.json, with weights from safetensors'
      : 'imported from onnx/model.onnx';
  if (facts === null) {
    const { message, remedy } = describeError(error!, ENGLISH);
    return [`loaded        ${how}`, `trainable     no: ${message}`, `              ${remedy}`].join(
      '\n',
    );
  }
  const predicts = facts.head === null ? NO_HEAD : (HEADS[facts.head] ?? facts.head);
  const labels = facts.labels === null ? '' : ` (${facts.labels.join(', ')})`;
  return [
    `family        ${facts.family}`,
    `loaded        ${how}`,
    `predicts      ${predicts}${labels}`,
    `parameters    ${groupThousands(facts.parameters)} (${formatBytes(4 * facts.parameters)} as float32)`,
    `shape         ${facts.layers} layers, hidden size ${facts.hiddenSize}, up to ${facts.maxLength} tokens`,
    `vocabulary    ${groupThousands(facts.vocabulary)} tokens`,
    `trainable     yes`,
    ...exportNotes(facts).map((note) => `note          ${renderMessage(note, ENGLISH)}`),
  ].join('\n');
}
