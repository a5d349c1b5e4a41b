import { describe, expect, it } from 'vitest';
import type { ParameterTensor } from '../../src/core/models/model.js';
import { createImportedModel } from '../../src/core/models/imported.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { exportConfig, EXPORTS, importExport } from '../support/importedFixtures.js';

/** One export of each family, and one whose biases have neither their names nor their dims. */
const FAMILIES = [
  ...new Map(EXPORTS.map(([folder, name]) => [folder, name])),
  ['deberta', 'script-14'] as const,
];

/** Other values, each parameter's own. */
function moved(parameters: ReadonlyMap<string, ParameterTensor>): Map<string, ParameterTensor> {
  return new Map(
    [...parameters].map(([name, { dims, data }], i) => [
      name,
      { dims, data: data.map((value) => value + 0.001 * (i + 1)) },
    ]),
  );
}

describe('exports of the transformers library', () => {
  it.each(FAMILIES)('are written back with what was trained (%s, %s)', async (folder, name) => {
    const { parameters, writeBack } = await importExport(folder, name);
    const trained = moved(parameters);
    const { bytes, external } = writeBack(trained);
    expect(external.size).toBe(0);
    const again = await createImportedModel({
      bytes,
      path: 'model.onnx',
      readExternal: () => Promise.reject(new Error('weights are inside')),
      config: exportConfig(folder),
      runtime: createOnnxRuntime(),
    });
    expect(again.parameters).toEqual(trained);
  });
});
