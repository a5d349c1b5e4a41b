import { describe, expect, it } from 'vitest';
import { encodeLitert } from '../../../src/core/litert/encodeLitert.js';
import type { LitertModel } from '../../../src/core/litert/litertModel.js';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { tinyModelConfig } from '../../support/families.js';
import { hasFlatc, readWithFlatc } from '../../support/litert/flatc.js';
import { writtenModel } from '../../support/litert/writtenModel.js';

const config = tinyModelConfig('bert', { initializer_range: 0.1 });
const model = createModel(config);
const parameters = initializeParameters(config, 4);
const WORDS = 'bert.embeddings.word_embeddings.weight';

const flatc = hasFlatc();

/** A model without operators, of one buffer of the given size. */
function empty(byteLength: number, bytes: () => Uint8Array): LitertModel {
  const none = { byteLength: 0, bytes: () => new Uint8Array() };
  return { description: 'empty', subgraphs: [], buffers: [none, { byteLength, bytes }] };
}

describe('a .tflite file', () => {
  it('has the identifier of the format, and data at multiples of 16', () => {
    const data = Uint8Array.from({ length: 33 }, (_, i) => 100 + i);
    const { pieces, byteLength } = encodeLitert(
      empty(33, () => data),
      'x',
    );
    const file = Buffer.concat([...pieces()]);
    expect(file.length).toBe(byteLength);
    expect(file.toString('latin1', 4, 8)).toBe('TFL3');
    const at = file.indexOf(Buffer.from(data));
    expect(at % 16).toBe(0);
    expect(file.readUInt32LE(at - 4)).toBe(33);
  });

  it('is refused beyond 2 GiB, before weights are made', () => {
    const bytes = (): Uint8Array => {
      throw new Error('made');
    };
    expect(() => encodeLitert(empty(2 ** 31, bytes), '/models/large')).toThrow(
      /\/models\/large.*LiteRT file.*2\.\d+ G/s,
    );
  });

  it.skipIf(!flatc)('is read by flatc with every weight in its place', async () => {
    const { file, built } = await writtenModel(model, parameters, { lengths: [8, 16] });
    const read = readWithFlatc(file);
    expect(read.version).toBe(3);
    expect(read.description).toBe('bert');
    expect(read.buffers).toHaveLength(built.buffers.length);
    expect(read.buffers[0]!.data ?? []).toEqual([]);
    built.buffers.forEach((buffer, i) => {
      expect(read.buffers[i]!.data ?? []).toEqual([...buffer.bytes()]);
    });
    for (const { deprecated_builtin_code: old, builtin_code: code } of read.operator_codes) {
      expect(old).toBe(Math.min(code, 127));
    }
    expect(read.operator_codes.map(({ builtin_code: code }) => code)).toContain(150);
  });

  it.skipIf(!flatc)('has a signature per length, whose subgraphs share the weights', async () => {
    const { file } = await writtenModel(model, parameters, { lengths: [8, 16] });
    const { signature_defs: signatures, subgraphs, buffers } = readWithFlatc(file);
    expect(signatures.map((each) => each.signature_key)).toEqual(['length_8', 'length_16']);
    const words = [...new Uint8Array(parameters.get(WORDS)!.data.buffer)];
    const holders = buffers.flatMap(({ data = [] }, i) =>
      data.length === words.length && data.every((byte, at) => byte === words[at]) ? [i] : [],
    );
    expect(holders).toHaveLength(1);
    for (const [i, length] of [8, 16].entries()) {
      const { inputs, outputs, subgraph_index: index } = signatures[i]!;
      expect(index).toBe(i);
      const { tensors } = subgraphs[index]!;
      expect(
        inputs.map(({ name, tensor_index: at }) => [name, tensors[at]!.type, tensors[at]!.shape]),
      ).toEqual([
        ['input_ids', 'INT32', [1, length]],
        ['attention_mask', 'INT32', [1, length]],
        ['token_type_ids', 'INT32', [1, length]],
      ]);
      const [{ name, tensor_index: at }] = outputs as [(typeof outputs)[number]];
      expect([name, tensors[at]!.shape]).toEqual(['logits', [1, length, config.vocab_size]]);
      expect(tensors.some(({ buffer }) => buffer === holders[0])).toBe(true);
    }
    const alone = await writtenModel(model, parameters, { lengths: [16] });
    const weights = [...parameters.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(file.length - alone.file.length).toBeLessThan(weights / 4);
  });

  it.skipIf(!flatc)('stores matrices as integers with one scale per row', async () => {
    const { file } = await writtenModel(model, parameters, { lengths: [8], integers: true });
    const { subgraphs, buffers } = readWithFlatc(file);
    const { dims, data } = parameters.get('bert.encoder.layer.0.intermediate.dense.weight')!;
    const [rows = 0, width = 0] = dims;
    const found = subgraphs[0]!.tensors.filter(
      ({ type, shape, quantization }) =>
        type === 'INT8' && shape.join() === dims.join() && quantization !== undefined,
    );
    expect(found).toHaveLength(2);
    const { quantization, buffer } = found[0]!;
    const { scale, zero_point: zeros, quantized_dimension: axis } = quantization!;
    expect([scale.length, zeros.length, axis]).toEqual([rows, rows, 0]);
    expect(zeros.every((zero) => zero === 0)).toBe(true);
    const integers = Int8Array.from(buffers[buffer]!.data!);
    expect(integers.every((value) => value >= -127)).toBe(true);
    // flatc prints six decimals.
    data.forEach((value, i) => {
      const step = scale[Math.floor(i / width)]!;
      expect(Math.abs(integers[i]! * step - value)).toBeLessThan(step / 2 + 1e-4);
    });
  });
});
