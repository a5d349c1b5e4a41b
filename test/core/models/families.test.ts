import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import type { Graph } from '../../../src/core/graph/graph.js';
import { decodeModel } from '../../../src/core/graph/onnx.js';
import { gatherEarly } from '../../../src/core/graph/passes/gatherEarly.js';
import { createModel, parseModelConfig } from '../../../src/core/models/createModel.js';
import {
  buildExportModel,
  buildPredictionModel,
} from '../../../src/core/models/inferenceGraphs.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import type { HeadKind, ParameterTensor } from '../../../src/core/models/model.js';
import type { MaskedBatch, TrainingBatch } from '../../../src/core/batches/batch.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch } from '../../support/bert.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { atRows, build, lossAndGradients } from '../../support/modelGradients.js';

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);

function run(
  model: Uint8Array,
  batch: TrainingBatch,
  extra: Record<string, BigInt64Array> = {},
): Promise<{ inputNames: readonly string[]; dims: readonly number[]; data: Float32Array }> {
  return createOnnxRuntime()
    .createSession(model, { threads: 1 })
    .then(async (session) => {
      const ids = (data: BigInt64Array) => {
        return { type: 'int64' as const, dims: [batch.batchSize, batch.length], data };
      };
      const inputs = {
        input_ids: ids(batch.inputIds),
        attention_mask: ids(batch.attentionMask),
        token_type_ids: ids(batch.tokenTypeIds ?? new BigInt64Array(batch.inputIds.length)),
        ...Object.fromEntries(
          Object.entries(extra).map(([name, data]) => {
            return [name, { type: 'int64' as const, dims: [data.length], data }];
          }),
        ),
      };
      const { logits } = await session.run(inputs, { logits: null });
      await session.release();
      const { dims, data } = logits!;
      return { inputNames: session.inputNames, dims, data: data as Float32Array };
    });
}

/** Rows of `width` at `positions`. */
function pick(all: Float32Array, positions: BigInt64Array, width: number): Float32Array {
  return Float32Array.from({ length: positions.length * width }, (_, i) => {
    return all[Number(positions[Math.floor(i / width)]) * width + (i % width)]!;
  });
}

function parametersOf(family: (typeof FAMILIES)[number], head: HeadKind) {
  const config = tinyModelConfig(family, { initializer_range: 0.1 });
  const options = { head, labelCount: 3 };
  const model = createModel(config, options);
  return { config, model, parameters: initializeParameters(config, 4, options) };
}

/** Lengths other than those of the first run, and beyond the local window, show none is baked in. */
const SHAPES = [
  { batchSize: 3, length: 16, rowCount: 8 },
  { batchSize: 2, length: 9, rowCount: 4 },
];

describe.each(FAMILIES)('graphs of %s', (family) => {
  it('export the logits of every token, of any batch and length, in standard operators', async () => {
    const { config, model, parameters } = parametersOf(family, 'masked-lm');
    const bytes = await buildExportModel(model, parameters);
    expect(decodeModel(bytes, 'export').nodes.every(({ domain }) => domain === '')).toBe(true);
    for (const shape of SHAPES) {
      const batch = randomBatch(config, 1, shape);
      const { inputNames, dims, data } = await run(bytes, batch);
      const types = ['bert', 'albert', 'electra'].includes(family) ? ['token_type_ids'] : [];
      expect(inputNames).toEqual(['input_ids', 'attention_mask', ...types]);
      expect(dims).toEqual([shape.batchSize, shape.length, config.vocab_size]);
      const { logits } = await lossAndGradients(model, parameters, batch);
      const wanted = pick(data, batch.positions, config.vocab_size);
      expect(largestDifference(wanted, logits)).toBeLessThan(1e-5);
    }
  });

  it('predict the same logits at the wanted places alone', async () => {
    const { config, model, parameters } = parametersOf(family, 'masked-lm');
    const bytes = await buildPredictionModel(model, parameters);
    for (const shape of SHAPES) {
      const batch = randomBatch(config, 2, shape);
      const { dims, data } = await run(bytes, batch, { positions: batch.positions });
      expect(dims).toEqual([shape.rowCount, config.vocab_size]);
      const { logits } = await lossAndGradients(model, parameters, batch);
      expect(largestDifference(data, logits)).toBeLessThan(1e-5);
    }
  });

  it.each([
    ['sequence', 'file'],
    ['sequence', 'session'],
    ['token', 'file'],
    ['token', 'session'],
  ] as const)(
    'compute one row of logits a text, or a token, of classifiers: %s, in a %s',
    async (head, target) => {
      const { config, model, parameters } = parametersOf(family, head);
      const bytes = await buildExportModel(model, parameters, {}, { target });
      const isFused = decodeModel(bytes, 'export').nodes.some(({ domain }) => domain !== '');
      expect(isFused).toBe(target === 'session');
      for (const shape of SHAPES) {
        const batch = randomBatch(config, 1, shape);
        const { dims, data } = await run(bytes, batch);
        expect(dims).toEqual(
          head === 'token' ? [shape.batchSize, shape.length, 3] : [shape.batchSize, 3],
        );
        const rows = labelled(batch, head);
        const { logits } = await lossAndGradients(model, parameters, rows);
        const wanted = head === 'token' ? pick(data, batch.positions, 3) : data;
        expect(largestDifference(wanted, logits)).toBeLessThan(1e-5);
      }
    },
  );

  it('run what follows the last attention on the wanted rows alone', async () => {
    const { config, model, parameters } = parametersOf(family, 'masked-lm');
    const batch = randomBatch(config, 1, { batchSize: 4, length: 16, rowCount: 8 });
    const { graph, logits } = atRows(await build(model, parameters, batch, {}), batch);
    graph.outputs.push(logits);
    gatherEarly(graph);
    const rows = rowsOfProducts(graph);
    // Last layer: output projection, feed-forward in and out; then the head's two products.
    const tail = family === 'modernbert' ? 6 : 5;
    expect(rows.slice(-tail)).toEqual(new Array(tail).fill(8));
    expect(rows.slice(0, -tail).every((count) => count === 64)).toBe(true);
  });

  it('run it on the first rows alone for one answer a text', async () => {
    const { config, model, parameters } = parametersOf(family, 'sequence');
    const batch = labelled(randomBatch(config, 1, { batchSize: 4, length: 16 }), 'sequence');
    const { graph } = await build(model, parameters, batch, {});
    const tail = family === 'modernbert' ? 6 : 5;
    expect(rowsOfProducts(graph).slice(-tail)).toEqual(new Array(tail).fill(4));
  });
});

function labelled(batch: MaskedBatch, head: HeadKind): TrainingBatch {
  const count = head === 'sequence' ? batch.batchSize : batch.rowCount;
  return {
    ...batch,
    rowCount: count,
    positions: head === 'sequence' ? null : batch.positions,
    labels: new BigInt64Array(count),
    weights: new Float32Array(count).fill(1),
  };
}

/** Rows of every product with a parameter, in the order in which they run. */
function rowsOfProducts(graph: Graph): unknown[] {
  return graph.nodes
    .filter(({ op }) => op === 'Gemm')
    .map(({ outputs }) => graph.info(outputs[0]!).dims[0]);
}

describe('RoBERTa', () => {
  it('counts positions over tokens, wherever padding stands', async () => {
    const { config, model, parameters } = parametersOf('roberta', 'masked-lm');
    const bytes = await buildExportModel(model, parameters);
    const right = randomBatch(config, 3, { batchSize: 1, length: 8, rowCount: 1, padded: false });
    const pads = 3;
    const left = {
      ...right,
      length: right.length + pads,
      inputIds: BigInt64Array.from([...new Array<bigint>(pads).fill(1n), ...right.inputIds]),
      attentionMask: BigInt64Array.from([
        ...new Array<bigint>(pads).fill(0n),
        ...right.attentionMask,
      ]),
    };
    const expected = await run(bytes, right);
    const shifted = await run(bytes, left);
    const difference = largestDifference(
      expected.data,
      shifted.data.subarray(pads * config.vocab_size),
    );
    expect(difference).toBeLessThan(1e-5);
  });

  it('has positions for two tokens fewer than its table has rows', () => {
    expect(createModel(tinyModelConfig('roberta')).maxLength).toBe(38);
    expect(createModel(tinyModelConfig('bert')).maxLength).toBe(40);
  });
});

describe('ModernBERT', () => {
  it('takes the newer names of its attention pattern and wave lengths', async () => {
    const parameters = initializeParameters(tinyModelConfig('modernbert'), 4);
    const batch = randomBatch(tinyModelConfig('modernbert'), 1);
    const logits = async (changes: object): Promise<Float32Array> => {
      const model = createModel(tinyModelConfig('modernbert', { ...changes }));
      return (await lossAndGradients(model, parameters, batch)).logits;
    };
    const older = await logits({ global_rope_theta: 5000, local_rope_theta: 300 });
    const newer = await logits({
      global_rope_theta: undefined,
      local_rope_theta: undefined,
      layer_types: [0, 1, 1, 0].map((i) => (i === 0 ? 'full_attention' : 'sliding_attention')),
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta: 5000 },
        sliding_attention: { rope_type: 'default', rope_theta: 300 },
      },
    });
    expect(largestDifference(older, newer)).toBe(0);
    expect(largestDifference(older, await logits({}))).toBeGreaterThan(1e-6);
  });

  it('draws new weights within its cutoff, smaller where they lead out of a layer', () => {
    const config = tinyModelConfig('modernbert', { hidden_size: 128, num_attention_heads: 4 });
    const parameters = initializeParameters(config, 1, { head: 'sequence' });
    const spread = (name: string): { deviation: number; largest: number } => {
      const { data } = parameters.get(name)!;
      return {
        deviation: Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length),
        largest: data.reduce((max, v) => Math.max(max, Math.abs(v)), 0),
      };
    };
    // A normal distribution cut at two deviations has 0.88 of its deviation.
    const inward = spread('model.layers.1.attn.Wqkv.weight');
    expect(inward.deviation).toBeCloseTo(0.0176, 3);
    expect(inward.largest).toBeLessThanOrEqual(0.04);
    const outward = spread('model.layers.1.mlp.Wo.weight');
    expect(outward.deviation / inward.deviation).toBeCloseTo(1 / Math.sqrt(8), 1);
    expect(spread('classifier.weight').deviation).toBeCloseTo(0.88 / Math.sqrt(128), 2);
  });
});

describe('depths of parameters', () => {
  it.each([
    ['bert', 'bert.encoder.layer.1.output.dense.weight', 2],
    ['bert', 'cls.predictions.bias', 3],
    ['bert', 'bert.embeddings.LayerNorm.bias', 0],
    ['albert', 'albert.encoder.albert_layer_groups.0.albert_layers.0.ffn.weight', 1],
    ['albert', 'albert.encoder.embedding_hidden_mapping_in.weight', 0],
    ['electra', 'generator_lm_head.bias', 3],
    ['modernbert', 'model.final_norm.weight', 4],
    ['modernbert', 'decoder.bias', 5],
  ] as const)('%s: %s has %i', (family, name, depth) => {
    const { parameters } = createModel(tinyModelConfig(family));
    expect(parameters.find((parameter) => parameter.name === name)?.depth).toBe(depth);
  });
});

describe('new weights of other families', () => {
  const zeroRows = ({ dims, data }: ParameterTensor): number[] => {
    const width = dims[1]!;
    const rows = Array.from({ length: dims[0]! }, (_, i) => i);
    return rows.filter((i) => data.subarray(i * width, (i + 1) * width).every((v) => v === 0));
  };

  it('start the padding of RoBERTa at zero, of words and of positions', () => {
    const parameters = initializeParameters(tinyModelConfig('roberta'), 1);
    for (const name of ['word_embeddings', 'position_embeddings']) {
      expect(zeroRows(parameters.get(`roberta.embeddings.${name}.weight`)!)).toEqual([1]);
    }
  });

  it('start the positions of a sinusoidal DistilBERT as sinusoids', () => {
    const config = tinyModelConfig('distilbert', { sinusoidal_pos_embds: true });
    const name = 'distilbert.embeddings.position_embeddings.weight';
    const { data } = initializeParameters(config, 1).get(name)!;
    expect(data[3 * 32]).toBeCloseTo(Math.sin(3), 6);
    expect(data[3 * 32 + 1]).toBeCloseTo(Math.cos(3), 6);
    expect(data[3 * 32 + 4]).toBeCloseTo(Math.sin(3 / 10_000 ** (4 / 32)), 6);
  });
});

describe('configurations', () => {
  const failure = (json: unknown): AppError => {
    try {
      parseModelConfig(json, '/hub/config.json');
    } catch (thrown) {
      if (thrown instanceof AppError) return thrown;
    }
    throw new Error('no AppError');
  };
  const bert = tinyModelConfig('bert');

  it.each([
    ['relative positions', { ...bert, position_embedding_type: 'relative_key' }, /absolute/],
    ['an unknown activation', { ...bert, hidden_act: 'mish' }, /hidden_act/],
    [
      'heads that do not divide',
      { ...bert, num_attention_heads: 5 },
      /multiple of num_attention_heads/,
    ],
    ['a missing size', { ...bert, hidden_size: undefined }, /hidden_size/],
    ['a decoder', { ...bert, is_decoder: true }, /is_decoder.*false/],
    [
      'scaled rotary embeddings',
      {
        ...tinyModelConfig('modernbert'),
        rope_parameters: { full_attention: { rope_type: 'yarn', rope_theta: 1 } },
      },
      /rope_type.*default/,
    ],
    ['an unknown family', { model_type: 'gpt2' }, /type gpt2.*bert, roberta.*onnx/],
    ['no family', {}, /model_type/],
  ])('are refused for %s', (_, json, message) => {
    expect(failure(json).data).toMatchObject({
      code: 'Model',
      details: { path: '/hub/config.json' },
    });
    expect(failure(json).message).toMatch(message);
  });
});
