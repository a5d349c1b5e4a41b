import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/core/graph/onnx.js';
import { createBertModel } from '../../../src/core/models/families/bert.js';
import {
  buildExportModel,
  buildPredictionModel,
} from '../../../src/core/models/inferenceGraphs.js';
import type { ParameterTensor } from '../../../src/core/models/model.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { isQuantizable, quantizeRows } from '../../../src/core/models/weights/quantization.js';
import { tinyBert } from '../../support/bert.js';

interface Matrix {
  readonly name: string;
  readonly width: number;
  readonly values: Int8Array;
}

/** The 8-bit matrices of a graph, row by row. */
async function integerMatrices(
  build: typeof buildExportModel | typeof buildPredictionModel,
  portable: boolean,
): Promise<Matrix[]> {
  const parameters = initializeParameters({ ...tinyBert, initializer_range: 0.1 }, 4);
  const model = createBertModel(tinyBert);
  const bytes = await build(model, parameters, { precision: 'int8', portable });
  return [...decodeModel(bytes, 'int8').constants]
    .filter(([, { type }]) => type === 'int8')
    .map(([name, { dims, data }]) => ({ name, width: dims[1]!, values: data as Int8Array }));
}

/** A sum of products in 16 bits per pair, as processors without VNNI add them (onnxruntime#6004). */
function saturatedProduct(row: Int8Array, activations: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i += 2) {
    const pair = row[i]! * activations[i]! + (row[i + 1] ?? 0) * (activations[i + 1] ?? 0);
    sum += Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, pair));
  }
  return sum;
}

const exactProduct = (row: Int8Array, activations: Uint8Array): number =>
  row.reduce((sum, value, i) => sum + value * activations[i]!, 0);

/** Matrices with a row whose product with the largest activations is cut off in 16 bits. */
function cutOff(matrices: readonly Matrix[]): string[] {
  return matrices
    .filter(({ width, values }) =>
      Array.from({ length: values.length / width }, (_, i) => i * width).some((from) => {
        const row = values.subarray(from, from + width);
        const activations = Uint8Array.from(row, (value) => (value > 0 ? 255 : 0));
        return saturatedProduct(row, activations) !== exactProduct(row, activations);
      }),
    )
    .map(({ name }) => name);
}

describe.each([
  ['of the hub', buildExportModel],
  ['for predictions', buildPredictionModel],
])('8-bit graphs %s', (_, build) => {
  it('use 8 bits of the weights, whose products processors without VNNI cut off', async () => {
    const matrices = await integerMatrices(build, false);
    for (const { values } of matrices) expect(Math.max(...values.map(Math.abs))).toBe(127);
    expect(cutOff(matrices)).not.toEqual([]);
  });

  it('use 7 bits in the portable form, whose products no processor cuts off', async () => {
    const matrices = await integerMatrices(build, true);
    expect(matrices.length).toBeGreaterThan(5);
    for (const { values } of matrices) expect(Math.max(...values.map(Math.abs))).toBe(63);
    expect(cutOff(matrices)).toEqual([]);
  });

  it('take the integers of a file as they are, without widening them', async () => {
    const floats = initializeParameters({ ...tinyBert, initializer_range: 0.1 }, 4);
    const model = createBertModel(tinyBert);
    const stored = new Map(
      [...floats].map(([name, tensor]): [string, ParameterTensor] => {
        if (!isQuantizable(tensor)) return [name, tensor];
        const { values, scales } = quantizeRows(tensor);
        return [
          name,
          {
            dims: tensor.dims,
            compact: { type: 'int8', values, scales },
            get data(): Float32Array<ArrayBuffer> {
              throw new Error(`${name} was widened`);
            },
          },
        ];
      }),
    );
    const form = { precision: 'int8' } as const;
    const [fromFile, fromFloats] = await Promise.all(
      [stored, floats].map((parameters) => build(model, parameters, form)),
    );
    expect(fromFile).toEqual(fromFloats);
  });
});
