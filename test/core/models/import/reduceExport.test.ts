import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../../../src/core/graph/onnx.js';
import { createImportedModel, type ImportedModel } from '../../../../src/core/models/imported.js';
import { floatsToHalves } from '../../../../src/core/models/weights/halfPrecision.js';
import type { Tensor } from '../../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import {
  exportBytes,
  exportConfig,
  externalExport,
  importExport,
} from '../../../support/importedFixtures.js';

const WORDS = 'bert.embeddings.word_embeddings.weight';

function externalModel(): Promise<ImportedModel> {
  const { bytes, weights } = externalExport('bert');
  return createImportedModel({
    ...{ bytes, path: 'model.onnx', config: exportConfig('bert'), runtime: createOnnxRuntime() },
    readExternal: ({ offset, length }) => Promise.resolve(weights.slice(offset, offset + length!)),
  });
}

async function logitsOf(bytes: Uint8Array): Promise<Float32Array> {
  const session = await createOnnxRuntime().createSession(bytes, { threads: 1 });
  const tokens = (values: readonly bigint[]): Tensor => ({
    ...{ type: 'int64', dims: [1, values.length], data: BigInt64Array.from(values) },
  });
  try {
    const { logits } = await session.run(
      {
        ...{ input_ids: tokens([2n, 9n, 5n, 3n]), attention_mask: tokens([1n, 1n, 1n, 1n]) },
        token_type_ids: tokens([0n, 0n, 0n, 0n]),
      },
      { logits: null },
    );
    return logits!.data as Float32Array;
  } finally {
    await session.release();
  }
}

function largest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

describe('reduceExport', () => {
  it('has the values it is given, weights from other files among them, in one file', async () => {
    const { parameters, reduced } = await externalModel();
    const trained = new Map(
      [...parameters].map(([name, { dims, data }]) => [
        name,
        { dims, data: data.map((x) => x * 1.5) },
      ]),
    );
    const inside = await importExport('bert', 'script-11');
    const { bytes } = inside.writeBack(trained);
    // With 7 bits, since processors without VNNI cut off sums of 8 bits.
    const integers = await reduced(trained, { precision: 'int8', portable: true });
    const found = await logitsOf(integers);
    expect(largest(found, await logitsOf(bytes))).toBeLessThan(0.1);
    expect(largest(found, await logitsOf(exportBytes('bert', 'script-11')))).toBeGreaterThan(0.5);
  });

  it('stores tied matrices once', async () => {
    const { parameters, reduced } = await importExport('bert', 'script-14');
    const { constants } = decodeModel(await reduced(parameters, { precision: 'int8' }), 'bert');
    const [rows = 0] = parameters.get(WORDS)!.dims;
    const tables = [...constants].filter(
      ([, { type, dims }]) => type !== 'int64' && dims.length === 2 && dims.includes(rows),
    );
    expect(tables.map(([name, { type }]) => [name, type])).toEqual([
      [`${WORDS}_quantized`, 'int8'],
    ]);
  });

  it('keeps matrices as they are that are named exact', async () => {
    const { parameters, reduced } = await importExport('bert', 'script-17-unfolded');
    const exact = new Set([WORDS]);
    const graph = decodeModel(await reduced(parameters, { precision: 'int8', exact }), 'bert');
    expect(graph.constants.get(WORDS)).toMatchObject({ type: 'float32' });
    const all = decodeModel(await reduced(parameters, { precision: 'int8' }), 'bert');
    expect(all.constants.has(WORDS)).toBe(false);
  });

  it('keeps the types of an export in half precision', async () => {
    const graph = decodeModel(exportBytes('bert', 'dynamo-18'), 'bert');
    for (const [name, tensor] of graph.constants) {
      if (tensor.type !== 'float32') continue;
      const data = floatsToHalves(tensor.data);
      graph.constants.set(name, { type: 'float16', dims: tensor.dims, data });
    }
    const bytes = encodeModel(graph);
    const { parameters, reduced } = await importExport('bert', 'dynamo-18', { bytes });
    const integers = decodeModel(await reduced(parameters, { precision: 'int8' }), 'bert');
    const types = new Set(
      [...integers.constants.values()]
        .filter(({ dims, type }) => dims.length === 2 && type !== 'int64')
        .map(({ type }) => type),
    );
    expect([...types]).toEqual(['int8']);
    // Matrices of integers become float16, as their readers expect.
    const casts = integers.nodes.filter(
      ({ op, attributes }) => op === 'Cast' && (attributes['to'] as { value: number }).value === 10,
    );
    expect(casts.length).toBeGreaterThan(10);
    const halves = decodeModel(await reduced(parameters, { precision: 'float16' }), 'bert');
    expect(halves.nodes).toEqual(decodeModel(bytes, 'bert').nodes);
  });
});
