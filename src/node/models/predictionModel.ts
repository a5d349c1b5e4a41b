import path from 'node:path';
import { modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { parseImportedConfig, positionOffset } from '../../core/models/importedConfig.js';
import {
  buildPredictionModel,
  widensWeights,
  type GraphForm,
} from '../../core/models/inferenceGraphs.js';
import { foreignLanguageFinder } from '../../core/profile/foreignLanguage.js';
import type { InferenceSession, ModelSource, Runtime } from '../../core/ports.js';
import type {
  MaskedLanguageModel,
  PredictionBatch,
} from '../../core/predict/maskedLanguageModel.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { languagesInCard } from './cardLanguages.js';
import {
  isImported,
  modelFiles,
  ONNX_FILE,
  readModelCard,
  readModelJson,
  readModelShape,
  sizeOfFiles,
} from './modelFiles.js';
import { loadTokenizer, tokenizerOf } from '../tokenizers/loadTokenizer.js';
import { GradientsOnDemand } from './gradientsOnDemand.js';
import { exportOf, readModelFolder } from './modelFolder.js';
import { requireEmbeddings } from './fittingTokenizer.js';
import { modelName } from '../../core/models/modelName.js';
import { countOf } from './parameterCount.js';
import { DistributionSession } from './distributionSession.js';
import { exportFeeds, FED_INPUTS, floatsOf } from './exportFeeds.js';
import { exportSource, readExportFacts } from './exportFiles.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/** A model loaded for prediction. Holds native memory until released. */
export interface PredictionModel extends MaskedLanguageModel {
  /** Default name of the model. */
  readonly name: string;
  readonly kind: 'masked-lm';
  /** Whether it is an export, whose graph has one form only. */
  readonly isExport?: boolean;
  readonly family: string;
  readonly parameterCount: number;
  /** Bytes of its weights in memory. */
  readonly weightBytes: number;
  release(): Promise<void>;
}

/**
 * Loads a Hugging Face model folder for fill-mask inference, built from its weights or from its
 * export. Throws `Model` for a missing or unusable file.
 */
export async function loadPredictionModel(
  folder: string,
  options: { threads: number; runtime?: Runtime; form?: GraphForm },
): Promise<PredictionModel> {
  const runtime = options.runtime ?? createOnnxRuntime();
  const isExport = isImported(folder);
  const load = isExport ? loadExport : loadWeights;
  const { vocabularySize, tokenizer, source, run, ...facts } = await load(folder, options.form);
  requireEmbeddings(folder, tokenizer, vocabularySize);
  // Text lengths vary, and one memory pattern per length would only cost memory.
  const { threads } = options;
  const foreignLanguage = await foreignLanguageOf(folder);
  const { parameterCount } = facts;
  const gradients = new GradientsOnDemand({
    ...{ folder, parameterCount, threads, runtime, head: 'masked-lm' },
  });
  const distributions = new DistributionSession({ runtime, threads });
  const session = await runtime.createSession(source, {
    threads,
    memoryPattern: false,
    spins: true,
  });
  return {
    ...facts,
    ...(foreignLanguage === null ? {} : { foreignLanguage }),
    ...{ tokenizer, isExport },
    kind: 'masked-lm',
    name: modelName(path.resolve(folder)),
    logitsAt: (batch) => run(session, batch),
    readDistributions: (logits, count) => distributions.read(logits, count),
    withGradients: (work) => gradients.use(work),
    async release() {
      await gradients.release();
      await distributions.release();
      await session.release();
    },
  };
}

const LANGUAGE_CODE = /^[a-z]{2,3}(?:-|$)/u;
/** Codes in model cards for models of no language in particular. */
const ANY_LANGUAGE = new Set(['mul', 'und', 'zxx']);

/** Finder of texts in languages that the model card does not name; `null` if it names none. */
async function foreignLanguageOf(
  folder: string,
): Promise<((text: string) => Promise<string | null>) | null> {
  const languages = await languagesInCard(readModelCard(folder) ?? '');
  const areKnown = languages.every((code) => LANGUAGE_CODE.test(code) && !ANY_LANGUAGE.has(code));
  if (languages.length === 0 || !areKnown) return null;
  return foreignLanguageFinder(languages);
}

/** Facts about a model before its session is created. */
interface LoadedModel extends Pick<
  PredictionModel,
  'maxLength' | 'family' | 'parameterCount' | 'weightBytes'
> {
  readonly tokenizer: Tokenizer;
  /** Rows of the word embeddings; `null` if not found. */
  readonly vocabularySize: number | null;
  readonly source: ModelSource;
  /** Logits at the positions of a batch, [count, vocabulary]. */
  readonly run: (session: InferenceSession, batch: PredictionBatch) => Promise<Float32Array>;
}

async function loadWeights(folder: string, form: GraphForm = {}): Promise<LoadedModel> {
  const modelFolder = await readModelFolder(folder, { head: 'masked-lm' });
  const { model, parameters } = modelFolder;
  const parameterCount = countOf(parameters);
  const external = new Map<string, Uint8Array>();
  const bytes = await buildPredictionModel(model, parameters, form, external);
  return {
    tokenizer: tokenizerOf(modelFolder),
    vocabularySize: model.vocabularySize,
    maxLength: model.maxLength,
    family: model.family,
    parameterCount,
    weightBytes: parameterCount * (form.precision === 'int8' ? 1 : 4),
    source: { file: folder, linked: { bytes, external, widensWeights: widensWeights(form) } },
    async run(session, batch) {
      const positions = { dims: [batch.positions.length], data: batch.positions };
      const tokens = exportFeeds(BUILT_INPUTS, batch, { firstPosition: 0 });
      const inputs = { ...tokens, positions: { type: 'int64' as const, ...positions } };
      const { logits } = await session.run(inputs, { logits: null });
      return floatsOf(logits);
    },
  };
}

/** Loads an export, which computes the logits of all tokens; only requested positions are kept. */
async function loadExport(folder: string, form: GraphForm = {}): Promise<LoadedModel> {
  const facts = await readExportFacts(folder);
  const { output, rank, parameterCount, vocabularySize } = facts;
  const { maxLength } = await readModelShape(folder);
  const file = path.join(folder, ONNX_FILE);
  const unknown = [...facts.inputs.keys()].filter((name) => !FED_INPUTS.includes(name));
  if (unknown.length > 0 || rank !== 3) {
    throw modelError(
      file,
      rank === 3
        ? problem('models.unknownInputs', { names: { list: unknown, join: 'and' } })
        : problem('models.noTokenLogits'),
    );
  }
  const files = modelFiles(folder);
  const config = parseImportedConfig(await readModelJson(folder, files.config), files.config);
  const firstPosition = positionOffset(config);
  return {
    tokenizer: await loadTokenizer(folder),
    vocabularySize: vocabularySize ?? config.vocab_size ?? null,
    maxLength,
    family: config.model_type,
    parameterCount,
    weightBytes:
      form.precision === 'int8' ? parameterCount : await sizeOfFiles(folder, files.weights),
    source: await sourceOf(folder, form),
    async run(session, batch) {
      const results = await session.run(exportFeeds(facts, batch, { firstPosition }), {
        [output]: null,
      });
      const everywhere = floatsOf(results[output]);
      const width = everywhere.length / batch.inputIds.length;
      const picked = new Float32Array(batch.positions.length * width);
      batch.positions.forEach((position, i) => {
        const start = Number(position) * width;
        picked.set(everywhere.subarray(start, start + width), i * width);
      });
      return picked;
    },
  };
}

/** The export of a folder as it is, or in another form, for which it is imported. */
async function sourceOf(folder: string, form: GraphForm): Promise<ModelSource> {
  const { precision = 'float32' } = form;
  if (precision === 'float32') return exportSource(folder);
  return exportOf(await readModelFolder(folder, { head: 'masked-lm' }), form);
}

/** Inputs of models that are built from their weights. */
const BUILT_INPUTS = {
  inputs: new Map(FED_INPUTS.slice(0, 3).map((name) => [name, 'int64' as const])),
};
