import { describe, expect, it } from 'vitest';
import type { ParameterTensor } from '../../../../src/core/models/model.js';
import {
  headerLength,
  parseHeader,
  writeSafetensors,
  type StoredTensor,
} from '../../../../src/core/models/weights/safetensors.js';
import { StepTrace } from '../../../../src/core/train/loop/traceRecorder.js';
import { randomBatch, tinyBert } from '../../../support/bert.js';

const tensor = (...values: number[]): ParameterTensor => ({
  dims: [values.length],
  data: Float32Array.from(values),
});

function engineOf(
  trained: Record<string, ParameterTensor>,
  model: Record<string, ParameterTensor>,
) {
  return {
    trainedParameters: () => new Map(Object.entries(trained)),
    modelParameters: () => new Map(Object.entries(model)),
  };
}
const floatsOf = (stored: StoredTensor | undefined): number[] => {
  const bytes = stored!.bytes.slice();
  const values =
    stored!.dtype === 'F64' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
  return [...values];
};
const batch = randomBatch(tinyBert, 3);
const step = { batches: [batch], learningRate: 1e-3, loss: 1 / 3, gradientNorm: 2 };

describe('StepTrace', () => {
  it('has the weights from before the first step, trained and frozen apart', () => {
    const bias = tensor(1, 2);
    const down = tensor(3);
    const trace = new StepTrace(
      engineOf({ bias, 'x.lora_A.weight': down }, { bias, 'x.weight': tensor(4) }),
      2,
    );
    bias.data[0] = 9;
    const content = trace.content();
    expect([...content.keys()].filter((name) => /^(trained|frozen)\./.test(name))).toEqual([
      'trained.bias',
      'trained.x.lora_A.weight',
      'frozen.x.weight',
    ]);
    expect(floatsOf(content.get('trained.bias'))).toEqual([1, 2]);
  });

  it('has every array of the batches of the first steps, in a form that files take', () => {
    const trace = new StepTrace(engineOf({}, {}), 2);
    const labelled = {
      ...batch,
      rowCount: 3,
      positions: null,
      tokenTypeIds: batch.inputIds,
      labels: new BigInt64Array(3),
      values: new Float32Array(6).fill(0.5),
      weights: new Float32Array(3).fill(1),
    };
    trace.add({ ...step, batches: [batch, labelled] });
    trace.add({ ...step, loss: NaN });
    trace.add(step);
    const file = writeSafetensors(trace.content(), { metadata: { note: 'ü' } });
    const dataStart = 8 + headerLength(file, 'trace');
    const header = file.subarray(8, dataStart);
    const places = parseHeader(header, { path: 'trace', dataLength: file.length - dataStart });
    expect(
      Object.fromEntries([...places].map(([name, { dtype, dims }]) => [name, [dtype, ...dims]])),
    ).toEqual({
      'steps.0.batches.0.input_ids': ['I64', 3, 16],
      'steps.0.batches.0.attention_mask': ['I64', 3, 16],
      'steps.0.batches.0.positions': ['I64', 8],
      'steps.0.batches.0.labels': ['I64', 8],
      'steps.0.batches.0.weights': ['F32', 8],
      'steps.0.batches.1.input_ids': ['I64', 3, 16],
      'steps.0.batches.1.attention_mask': ['I64', 3, 16],
      'steps.0.batches.1.token_type_ids': ['I64', 3, 16],
      'steps.0.batches.1.labels': ['I64', 3],
      'steps.0.batches.1.weights': ['F32', 3],
      'steps.0.batches.1.values': ['F32', 3, 2],
      'steps.1.batches.0.input_ids': ['I64', 3, 16],
      'steps.1.batches.0.attention_mask': ['I64', 3, 16],
      'steps.1.batches.0.positions': ['I64', 8],
      'steps.1.batches.0.labels': ['I64', 8],
      'steps.1.batches.0.weights': ['F32', 8],
      learning_rates: ['F64', 2],
      losses: ['F64', 2],
      gradient_norms: ['F64', 2],
    });
    const { __metadata__: metadata } = JSON.parse(new TextDecoder().decode(header)) as Record<
      string,
      unknown
    >;
    expect(metadata).toEqual({ format: 'pt', note: 'ü' });
    expect(floatsOf(trace.content().get('losses'))).toEqual([1 / 3, NaN]);
  });
});
