import path from 'node:path';
import type { TrainingBatch } from '../../core/batches/batch.js';
import type { LossTerms } from '../../core/batches/losses.js';
import { modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { parseImportedConfig, positionOffset } from '../../core/models/importedConfig.js';
import type { Runtime } from '../../core/ports.js';
import { methodSpecSchema, type MethodSpec } from '../../core/runs/schema.js';
import { shapeOf } from '../../core/train/engine/sessionCache.js';
import { selectTrained } from '../../core/train/engine/trainedParameters.js';
import { rowsOf, weightOf } from '../../core/train/verification/expectedResults.js';
import { sampleBatch } from '../../core/train/verification/sampleBatch.js';
import { verifyGraphs } from '../../core/train/verification/verifyGraphs.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';
import { exportFeeds, floatsOf } from './exportFeeds.js';
import { exportSource, readExportFacts } from './exportFiles.js';
import { fittingTokenizer } from './fittingTokenizer.js';
import { fingerprintModelFolder } from './modelFingerprint.js';
import { ONNX_FILE } from './modelFiles.js';
import type { ImportedSource, ModelFolder } from './modelFolder.js';
import { verdictKey, Verdicts } from './verdicts.js';

/** Largest difference as a part of the largest logit; the second for half precision. */
const TOLERANCES = { float32: 1e-4, float16: 2e-2 } as const;

/** A model read from an export; `imported` is absent for others. */
export type ReadExportedModel = Pick<ModelFolder, 'model' | 'configJson' | 'imported'>;

export interface VerifiedUse {
  readonly batch: TrainingBatch;
  readonly losses: LossTerms;
  readonly method: MethodSpec;
  readonly recompute: boolean;
  /** Hash of the model folder. */
  readonly sha256: string;
  /** Whether the batch is made from data. Default: true. */
  readonly ofData?: boolean;
}

export interface VerificationOptions {
  readonly runtime?: Runtime;
  readonly verdicts?: Verdicts;
}

/**
 * Compares logits and loss of the graphs that training would use with the export that the model was
 * imported from, once for each model, version of the passes and form of the graph. A model built
 * from its weights and an export that the runtime cannot load are not compared.
 *
 * @throws AppError `Model` with the pass that changed the results.
 */
export async function verifyImport(
  { model, configJson, imported }: ReadExportedModel,
  { batch, losses, method, recompute, sha256, ofData = true }: VerifiedUse,
  { runtime = createOnnxRuntime(), verdicts = new Verdicts() }: VerificationOptions = {},
): Promise<void> {
  if (imported === undefined || weightOf(batch) === 0) return;
  const { padded, typed } = shapeOf(batch);
  const form = {
    ...{ kinds: losses.map(({ kind }) => kind), method, recompute, padded, typed, ofData },
    ...(imported.content !== null && { newHead: model.heads[0].outputSize }),
  };
  const key = verdictKey({ sha256, form });
  if (verdicts.has(key)) return;
  const firstPosition = positionOffset(parseImportedConfig(configJson, imported.folder));
  const expected = await fileLogits(imported, { batch, firstPosition, runtime });
  if (expected === null) return;
  const plan = {
    ...{ model, losses, recompute, dropout: false },
    trained: selectTrained(model, method),
  };
  const run = { plan, batch, runtime, parameters: imported.parameters };
  const found = await verifyGraphs(run, expected);
  if (found !== null) throw otherResults(imported, found);
  verdicts.add(key);
}

/** `verifyImport` on texts of ours, for a model without data. */
export async function verifyOnSample(
  folder: ModelFolder,
  options: VerificationOptions = {},
): Promise<void> {
  if (folder.imported === undefined) return;
  const [head] = folder.model.heads;
  const kind = head.kind === 'masked-lm' ? 'vocabularyCrossEntropy' : 'crossEntropy';
  const use: VerifiedUse = {
    batch: sampleBatch(folder.model, fittingTokenizer(folder)),
    losses: [{ name: kind, kind, weight: 1, labelSmoothing: 0, classWeights: null }],
    method: methodSpecSchema.parse({}),
    recompute: false,
    sha256: await fingerprintModelFolder(folder.path),
    ofData: false,
  };
  await verifyImport(folder, use, options);
}

function otherResults(
  { folder }: ImportedSource,
  { pass, difference }: { readonly pass: string; readonly difference: number },
): Error {
  const file = path.join(folder, ONNX_FILE);
  return modelError(
    file,
    problem('models.otherLogits', { pass, difference: { share: difference } }),
  );
}

/** Logits of the file at the rows of a batch; `null` if the runtime cannot load it. */
async function fileLogits(
  { folder, content }: ImportedSource,
  {
    batch,
    firstPosition,
    runtime,
  }: { readonly batch: TrainingBatch; readonly firstPosition: number; readonly runtime: Runtime },
): Promise<{ logits: Float32Array; tolerance: number } | null> {
  const facts = await readExportFacts(folder, content);
  const source = await exportSource(folder, content);
  const session = await runtime
    .createSession(source, { threads: 1, memoryPattern: false })
    .catch(() => null);
  if (session === null) return null;
  try {
    const feeds = exportFeeds(facts, batch, { firstPosition });
    const results = await session.run(feeds, { [facts.output]: null });
    return {
      logits: rowsOf(floatsOf(results[facts.output]), batch),
      tolerance: TOLERANCES[facts.isHalf ? 'float16' : 'float32'],
    };
  } finally {
    await session.release();
  }
}
