import fs from 'node:fs';
import path from 'node:path';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { inputError } from '../../core/errors.js';
import { message, problem } from '../../core/messages/message.js';
import { withText } from '../../core/messages/render.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { CorpusStatistics } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import { AsideFile } from './datasetWriters/asideFile.js';
import { createWriter, datasetFormatOf } from './datasetWriters/createWriter.js';
import { DatasetPass, type DatasetProgress } from './datasetWriters/datasetPass.js';
import { PLAIN_FILE_NAMES, numberedFileNames } from './datasetWriters/fileNames.js';
import {
  manifestFileOf,
  policyHashOf,
  redactedPolicy,
  type DatasetManifest,
} from './datasetWriters/manifest.js';
import { RecordMasker } from './datasetWriters/maskRecord.js';
import { refuseUnlessOneWay } from './datasetWriters/oneWay.js';
import { resolvePolicyText, type PolicyText } from '../policies/readPolicy.js';
import { packageVersions } from '../runs/packageVersions.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';
import { readModelShape } from '../models/modelFiles.js';
import { modelName } from '../../core/models/modelName.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { collectDataFiles, type CollectedFile } from './textFiles.js';

export interface MaskDatasetOptions {
  readonly policy: PolicyText;
  readonly selection: DataSelection;
  /** Output file; its extension determines the format. */
  readonly out: string;
  /** Overrides the seed of the policy. */
  readonly seed?: number | null;
  /** Model whose tokenizer is used. */
  readonly modelFolder: string;
  /** Adds the input ids of this model, truncated to its maximum length. */
  readonly withInputs?: boolean;
  /** Writes no originals, so that masked words cannot be recovered. */
  readonly oneWay?: boolean;
  /** Puts an apostrophe before formulas in the cells of a CSV file. */
  readonly safeCsv?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DatasetProgress) => void;
}

/**
 * Masks texts according to a policy and writes them as a dataset with a manifest. Texts are streamed. On
 * an error or a cancellation, no file is left behind, and an earlier file at `out` is unchanged. Throws
 * `UserInput`, `Data`, `Model`, `Storage` or `Cancelled`.
 */
export async function maskDataset(options: MaskDatasetOptions): Promise<DatasetManifest> {
  const { selection, modelFolder, signal, oneWay = false, safeCsv = false } = options;
  const { workspaceFolder, cleaning } = selection;
  const out = path.resolve(workspaceFolder, options.out);
  const format = datasetFormatOf(out);
  const policy = await readPolicy(options);
  if (oneWay) refuseUnlessOneWay(policy, options.policy.file);
  const { files, skipped } = await collectDataFiles(selection, 'any', signal);
  refuseToOverwrite(out, files, options);
  const tokenizer = await loadTokenizer(modelFolder);
  const pass = new DatasetPass(files, options);

  const fileNames = oneWay ? numberedFileNames(files.map((file) => file.path)) : PLAIN_FILE_NAMES;
  const statistics = needsStatistics(policy) ? await countStatistics(policy, pass) : null;
  const hasInputs = options.withInputs === true && !oneWay && format !== 'txt';
  const records = new RecordMasker({
    masker: createMasker(policy, { tokenizer, statistics }),
    tokenizer,
    carried: oneWay ? [] : await pass.columnNames(),
    oneWay,
    fileNames,
    maxLength: hasInputs ? (await readModelShape(modelFolder)).maxLength : null,
  });
  const shape = { hasText: !oneWay, hasInputs, columns: records.columnNames, safeCsv };
  const writer = await createWriter(out, { format, shape });
  let manifestFile: AsideFile | null = null;
  try {
    for await (const record of pass.records(message('dataset.masking'))) {
      const written = writer.write(records.mask(record));
      if (written !== null) await written;
    }
    const manifest: DatasetManifest = {
      version: 1,
      format,
      oneWay,
      policy: oneWay ? redactedPolicy(policy, records.ruleNames) : policy,
      policyHash: oneWay ? null : policyHashOf(policy),
      seed: policy.seed,
      tokenizer: {
        model: records.safe(modelName(path.resolve(modelFolder)), 'model'),
        vocabularySize: tokenizer.vocabularySize,
      },
      ...records.summary(),
      data: pass.fingerprints.map(({ file, bytes, sha256 }) => ({
        ...{ file: fileNames.of(file), bytes },
        sha256: oneWay ? null : sha256,
      })),
      cleaning,
      // Reasons can quote the row.
      skipped: {
        count: pass.skippedCount + skipped.length,
        reasons: oneWay ? [] : [...skipped, ...pass.skippedReasons].map(withText),
      },
      ...(writer.formulas() === 0
        ? {}
        : { formulas: { cells: writer.formulas(), areEscaped: safeCsv } }),
      versions: packageVersions(),
    };
    manifestFile = await AsideFile.open(manifestFileOf(out));
    await manifestFile.append(`${JSON.stringify(manifest, null, 2)}\n`);
    throwIfCancelled(signal);
    await writer.commit();
    await manifestFile.commit();
    return manifest;
  } catch (thrown) {
    await writer.discard();
    await manifestFile?.discard();
    throw thrown;
  }
}

async function readPolicy({ policy, seed }: MaskDatasetOptions): Promise<MaskingPolicy> {
  const resolved = await resolvePolicyText(policy);
  return seed === undefined || seed === null ? resolved : { ...resolved, seed };
}

async function countStatistics(
  policy: MaskingPolicy,
  pass: DatasetPass,
): Promise<CorpusStatistics> {
  const counter = new CorpusCounter(policy);
  for await (const { text } of pass.records(message('dataset.countingWords')))
    counter.add(text.text);
  return counter.finish();
}

/** Refuses to overwrite the input data or the policy. Throws `UserInput`. */
function refuseToOverwrite(
  out: string,
  files: readonly CollectedFile[],
  { selection: { workspaceFolder }, policy }: MaskDatasetOptions,
): void {
  const isOut = (file: string): boolean =>
    [out, manifestFileOf(out)].some((own) => isSame(own, file));
  const inputs = [
    ...files.map(({ path: file }) => path.resolve(workspaceFolder, file)),
    policy.file,
  ];
  const taken = inputs.find(isOut);
  if (taken === undefined) return;
  throw inputError(problem('dataset.overwritesInput', { file: taken }));
}

function isSame(a: string, b: string): boolean {
  const real = (file: string): string => {
    try {
      return fs.realpathSync(file);
    } catch {
      return path.resolve(file);
    }
  };
  return real(a) === real(b);
}
