import { buildLitert, type LitertOptions } from '../../../src/core/litert/buildLitert.js';
import { encodeLitert } from '../../../src/core/litert/encodeLitert.js';
import type { LitertModel } from '../../../src/core/litert/litertModel.js';
import type { Model, ParameterTensor } from '../../../src/core/models/model.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';

/** A LiteRT model and its file. */
export interface WrittenModel {
  readonly built: LitertModel;
  readonly file: Uint8Array;
}

export async function writtenModel(
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
  options: Partial<LitertOptions> & Pick<LitertOptions, 'lengths'>,
): Promise<WrittenModel> {
  const source = { model, parameters, path: 'model', runtime: createOnnxRuntime() };
  const built = await buildLitert(source, { maskedRows: null, integers: false, ...options });
  return { built, file: fileOf(built) };
}

export function fileOf(built: LitertModel): Uint8Array {
  return new Uint8Array(Buffer.concat([...encodeLitert(built, 'model').pieces()]));
}
