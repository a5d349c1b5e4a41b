import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/core/graph/onnx.js';
import type { Tensor } from '../../src/core/ports.js';
import { parseImportedConfig, positionOffset } from '../../src/core/models/importedConfig.js';
import { exportFeeds, floatsOf } from '../../src/node/models/exportFeeds.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { ADDS_EXACTLY } from '../support/exactProducts.js';
import {
  exportBytes,
  exportConfig,
  EXPORTS,
  importExport,
  readReference,
} from '../support/importedFixtures.js';

/** Opset 11 has no integers in operators that these use; ONNX Runtime loads none of the originals. */
const INVALID = ['deberta', 'deberta-v2', 'mpnet'].map((folder) => `${folder} script-11`);
const RUNNABLE = EXPORTS.filter((names) => !INVALID.includes(names.join(' ')));

/** Logits of the first two sequences of the reference. */
async function logitsOf(bytes: Uint8Array, folder: string): Promise<Float32Array> {
  const graph = decodeModel(bytes, folder);
  const inputs = new Map<string, Tensor['type']>(
    graph.inputs.map((name) => [name, graph.info(name).type]),
  );
  const [batch] = readReference(folder).batches;
  const batchSize = 2;
  const cut = (all: BigInt64Array): BigInt64Array => all.subarray(0, batchSize * batch!.length);
  const tokens = {
    ...{ batchSize, length: batch!.length, inputIds: cut(batch!.inputIds) },
    attentionMask: cut(batch!.attentionMask),
    tokenTypeIds: batch!.tokenTypeIds && cut(batch!.tokenTypeIds),
  };
  const firstPosition = positionOffset(parseImportedConfig(exportConfig(folder), folder));
  const session = await createOnnxRuntime().createSession(bytes, { threads: 1 });
  try {
    const output = graph.outputs.find((name) => name === 'logits') ?? graph.outputs[0]!;
    const feeds = exportFeeds({ inputs }, tokens, { firstPosition });
    const { [output]: logits } = await session.run(feeds, { [output]: null });
    return floatsOf(logits);
  } finally {
    await session.release();
  }
}

/** Largest difference, as a share of the largest logit. */
function difference(found: Float32Array, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return found.reduce((a, b, i) => Math.max(a, Math.abs(b - expected[i]!)), 0) / most;
}

/** Bytes of the tensors of a file, without those of sizes and indices. */
function weightBytes(bytes: Uint8Array): number {
  const { constants } = decodeModel(bytes, 'model.onnx');
  return [...constants.values()]
    .filter(({ type }) => type !== 'int64' && type !== 'bool')
    .reduce((sum, { data }) => sum + data.byteLength, 0);
}

describe('exports of the transformers library in smaller forms', () => {
  it.each(RUNNABLE)('compute what the original does (%s, %s)', async (folder, name) => {
    const { parameters, reduced } = await importExport(folder, name);
    const original = exportBytes(folder, name);
    const expected = await logitsOf(original, folder);
    const halves = await reduced(parameters, { precision: 'float16' });
    expect(difference(await logitsOf(halves, folder), expected)).toBeLessThan(0.002);
    const portable = await reduced(parameters, { precision: 'int8', portable: true });
    expect(difference(await logitsOf(portable, folder), expected)).toBeLessThan(0.08);
    const integers = await reduced(parameters, { precision: 'int8' });
    if (ADDS_EXACTLY) {
      expect(difference(await logitsOf(integers, folder), expected)).toBeLessThan(0.05);
    }
    // Vectors and constant tables stay, and are a large part of models as small as these.
    expect(weightBytes(halves) / weightBytes(original)).toBeLessThan(0.7);
    expect(weightBytes(integers) / weightBytes(original)).toBeLessThan(0.6);
  });
});
