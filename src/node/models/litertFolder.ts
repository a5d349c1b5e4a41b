import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { buildLitert } from '../../core/litert/buildLitert.js';
import { encodeLitert } from '../../core/litert/encodeLitert.js';
import { describeSignatures } from '../../core/litert/describeSignatures.js';
import { problem } from '../../core/messages/message.js';
import {
  LITERT_LENGTHS,
  type LitertShape,
  type WeightPrecision,
} from '../../core/models/exportFormats.js';
import type { Model } from '../../core/models/model.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';
import { litertCard } from './litertCard.js';
import { writeAside, writeDescription, type ModelFolder } from './modelFolder.js';
import { writeParts } from './weightFiles.js';

/** The model of a LiteRT folder. */
export const LITERT_FILE = 'model.tflite';
/** Signatures of the model, for programs that use it. */
export const SIGNATURES_FILE = 'litert.json';

export interface LitertFolderOptions extends LitertShape {
  /** Default: float32. */
  readonly precision?: WeightPrecision | undefined;
  /** Card of the model, as Markdown. */
  readonly modelCard: string;
}

/**
 * Writes a folder with `model.tflite`, its signatures in `litert.json`, the tokenizer, the
 * configuration and a card.
 *
 * @throws AppError `UserInput` for sizes that the model does not have and for half precision,
 * `Model` that names operators without a built-in counterpart, or for a file beyond 2 GiB.
 */
export async function writeLitertFolder(
  folder: string,
  source: ModelFolder,
  options: LitertFolderOptions,
): Promise<void> {
  const { precision = 'float32', maskedRows = null, modelCard } = options;
  if (precision === 'float16') throw inputError(problem('models.litertPrecision'));
  const { model, parameters } = source;
  const lengths = lengthsOf(model, options);
  const built = await buildLitert(
    { model, parameters, path: source.path, runtime: createOnnxRuntime() },
    { lengths, maskedRows, integers: precision === 'int8' },
  );
  const { byteLength, pieces } = encodeLitert(built, source.path);
  const signatures = describeSignatures(built);
  const facts = { model: LITERT_FILE, precision, bytes: byteLength, signatures };
  writeAside(folder, (aside) => {
    writeDescription(aside, {
      ...source,
      modelCard: modelCard + litertCard({ ...facts, maskedRows }),
    });
    writeParts(path.join(aside, LITERT_FILE), pieces());
    const json = JSON.stringify({ version: 1, ...facts }, null, 2) + '\n';
    fs.writeFileSync(path.join(aside, SIGNATURES_FILE), json);
  });
}

/** Lengths without duplicates, the shortest first. Default lengths end at the model's longest one. */
function lengthsOf({ maxLength }: Model, { lengths }: LitertShape): number[] {
  if (lengths) return [...new Set(lengths)].sort((a, b) => a - b);
  const within = LITERT_LENGTHS.filter((length) => length <= maxLength);
  return within.length > 0 ? within : [maxLength];
}
