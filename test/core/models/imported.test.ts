import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { decodeModel, encodeModel } from '../../../src/core/graph/onnx.js';
import { gatherEarly } from '../../../src/core/graph/passes/gatherEarly.js';
import { producers } from '../../../src/core/graph/passes/rewrite.js';
import { floatsToHalves, halvesToFloats } from '../../../src/core/models/weights/halfPrecision.js';
import type { ImportedModel } from '../../../src/core/models/imported.js';
import { createImportedModel } from '../../../src/core/models/imported.js';
import { createModel } from '../../../src/core/models/createModel.js';
import { buildExportModel } from '../../../src/core/models/inferenceGraphs.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import type { ParameterSpec, ParameterTensor } from '../../../src/core/models/model.js';
import type { Tensor } from '../../../src/core/ports.js';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import {
  exportBytes,
  exportConfig,
  EXPORTS,
  externalExport,
  importExport,
  readReference,
} from '../../support/importedFixtures.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { forward, lossAndGradients } from '../../support/modelGradients.js';
import { inEnglish } from '../../support/inEnglish.js';

const runtime = createOnnxRuntime();
const nothingBeside = (): Promise<Uint8Array> => Promise.reject(new Error('nothing beside'));

function importBytes(bytes: Uint8Array, config: unknown = {}): Promise<ImportedModel> {
  return createImportedModel({
    bytes,
    path: 'model.onnx',
    readExternal: nothingBeside,
    config,
    runtime,
  });
}

/** The file's own graph, run as anybody would run it. */
async function runFile(bytes: Uint8Array, batch: TrainingBatch): Promise<Float32Array> {
  const session = await runtime.createSession(bytes, { threads: 1 });
  const dims = [batch.batchSize, batch.length];
  const { logits } = await session.run(
    {
      input_ids: { type: 'int64', dims, data: batch.inputIds },
      attention_mask: { type: 'int64', dims, data: batch.attentionMask },
      token_type_ids: { type: 'int64', dims, data: batch.tokenTypeIds! },
    },
    { logits: null },
  );
  await session.release();
  return logits!.data as Float32Array;
}

/** Other values for every parameter: each moved a little, none like another. */
function moved(parameters: ReadonlyMap<string, ParameterTensor>): Map<string, ParameterTensor> {
  return new Map(
    [...parameters].map(([name, { dims, data }]) => {
      return [name, { dims, data: data.map((x, i) => x + 0.01 * Math.sin(i + name.length)) }];
    }),
  );
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 1e-5): void {
  expect(actual).toHaveLength(expected.length);
  const largest = actual.reduce((max, x, i) => Math.max(max, Math.abs(x - expected[i]!)), 0);
  expect(largest).toBeLessThan(tolerance);
}

const [batch] = readReference('bert').batches as [TrainingBatch];
const unpadded = { ...batch, attentionMask: batch.attentionMask.map(() => 1n) };

describe('an imported export', () => {
  it('knows its family, sizes, and its parameters by the names, forms and depths of the hub', async () => {
    const { model, parameters } = await importExport('bert', 'script-14');
    const { family, heads, layerCount, hiddenSize, maxLength, hasTokenTypes } = model;
    const headParameters = model.parameters.filter(({ depth }) => depth === 3);
    expect({ family, heads, layerCount, hiddenSize, maxLength, hasTokenTypes }).toEqual({
      family: 'bert',
      heads: [
        {
          name: 'masked-lm',
          kind: 'masked-lm',
          outputSize: 61,
          parameters: headParameters.map(({ name }) => name),
        },
      ],
      layerCount: 2,
      hiddenSize: 16,
      maxLength: 32,
      hasTokenTypes: true,
    });
    const spec = (name: string): unknown => {
      const found = model.parameters.find((parameter) => parameter.name === name);
      return found && [found.dims, found.kind, found.depth];
    };
    // Folded into transposed matrices without a name by the exporter.
    expect(spec('bert.encoder.layer.1.intermediate.dense.weight')).toEqual([[24, 16], 'weight', 2]);
    expect(spec('bert.embeddings.word_embeddings.weight')).toEqual([[61, 16], 'embedding', 0]);
    expect(spec('bert.embeddings.LayerNorm.weight')).toEqual([[16], 'normScale', 0]);
    expect(spec('bert.encoder.layer.0.attention.self.query.bias')).toEqual([[16], 'bias', 1]);
    expect(spec('cls.predictions.transform.LayerNorm.bias')).toEqual([[16], 'normBias', 3]);
    expect(spec('cls.predictions.decoder.weight')).toBeUndefined();
    expect([...parameters.keys()]).toEqual(model.parameters.map(({ name }) => name));
  });

  it.each(['script-11', 'script-14', 'dynamo-18'])(
    'names the parameters of %s as an export without folding does',
    async (name) => {
      for (const folder of ['modernbert', 'albert', 'mobilebert', 'roformer']) {
        const names = async (form: string): Promise<string[]> =>
          (await importExport(folder, form)).model.parameters.map((spec) => spec.name).sort();
        expect(await names(name)).toEqual(await names('script-17-unfolded'));
      }
    },
  );

  it('names matrices by the biases beside them, where nodes have no names', async () => {
    const graph = decodeModel(exportBytes('bert', 'script-14'), 'bert');
    graph.nodes = graph.nodes.map(({ op, domain, inputs, outputs, attributes }) => {
      return { op, domain, name: '', inputs, outputs, attributes };
    });
    const { model } = await importBytes(encodeModel(graph), exportConfig('bert'));
    const usual = await importExport('bert', 'script-14');
    expect(model.parameters).toEqual(usual.model.parameters);
  });

  it.each(FAMILIES)('may be an export of our own (%s)', async (family) => {
    const config = tinyModelConfig(family);
    const model = createModel(config);
    const parameters = initializeParameters(config, 3);
    const imported = await importBytes(await buildExportModel(model, parameters), config);
    const facts = (specs: readonly ParameterSpec[]): string[] =>
      specs
        .map(({ name, dims, kind, depth }) => `${name} ${dims.join('x')} ${kind} ${depth}`)
        .sort();
    expect(facts(imported.model.parameters)).toEqual(facts(model.parameters));
    for (const [name, values] of parameters) expect(imported.parameters.get(name)).toEqual(values);
    const { logits } = await forward(imported.model, imported.parameters, batch);
    expectClose(logits, (await forward(model, parameters, batch)).logits);
  });

  it('gives numbers where a window of attention holds nothing but padding', async () => {
    const { model, parameters } = await importExport('modernbert', 'script-14');
    const attentionMask = batch.attentionMask.map((_, i) => (i % batch.length < 2 ? 1n : 0n));
    const positions = BigInt64Array.of(1n);
    const row = { positions, labels: positions, weights: Float32Array.of(1), rowCount: 1 };
    const short = { ...batch, attentionMask, ...row };
    const { loss, gradients } = await lossAndGradients(model, parameters, short);
    expect(Number.isFinite(loss)).toBe(true);
    for (const gradient of gradients.values()) expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('leaves sinusoidal tables alone, which the reference freezes', async () => {
    const { model } = await importExport('roformer', 'script-17-unfolded');
    const names = model.parameters.map(({ name }) => name);
    expect(names.filter((name) => name.includes('position'))).toEqual([]);
  });

  it.each(['script-11', 'script-17-unfolded', 'dynamo-18'])(
    'is written back as the same graph with the trained values (%s)',
    async (name) => {
      const { model, parameters, writeBack } = await importExport('bert', name);
      const trained = moved(parameters);
      const { bytes, external } = writeBack(trained);
      expect(external.size).toBe(0);
      expect(bytes).toHaveLength(exportBytes('bert', name).length);
      const { logits } = await forward(model, trained, batch);
      expectClose(await runFile(bytes, batch), logits);
      const again = await importBytes(bytes, exportConfig('bert'));
      expect(again.parameters).toEqual(trained);
    },
  );

  it('is written back with a decoder that was folded from two matrices', async () => {
    const { parameters, writeBack } = await importExport('mobilebert', 'script-14');
    const trained = moved(parameters);
    const again = await importBytes(writeBack(trained).bytes, exportConfig('mobilebert'));
    expect(again.parameters).toEqual(trained);
  });

  it('keeps its weights in a file beside it, there and back', async () => {
    const { bytes, weights } = externalExport('bert');
    const asked = new Set<string>();
    const { model, parameters, writeBack } = await createImportedModel({
      bytes,
      path: 'model.onnx',
      readExternal: ({ location, offset, length }) => {
        asked.add(location);
        return Promise.resolve(weights.slice(offset, offset + length!));
      },
      config: exportConfig('bert'),
      runtime,
    });
    expect([...asked]).toEqual(['model.onnx_data']);
    const inside = await importExport('bert', 'script-11');
    expect(parameters).toEqual(inside.parameters);

    const trained = moved(parameters);
    const written = writeBack(trained);
    expect(written.bytes).toEqual(bytes);
    for (const { offset, bytes: patch } of written.external.get('model.onnx_data')!) {
      weights.set(patch, offset);
    }
    const again = await createImportedModel({
      bytes,
      path: 'model.onnx',
      readExternal: ({ offset, length }) =>
        Promise.resolve(weights.slice(offset, offset + length!)),
      config: exportConfig('bert'),
      runtime,
    });
    const { logits } = await forward(again.model, again.parameters, batch);
    expectClose(logits, (await forward(model, trained, batch)).logits);
  });

  it('is trained in float32 where it is stored in half precision', async () => {
    const graph = decodeModel(exportBytes('bert', 'dynamo-18'), 'bert');
    for (const [name, tensor] of graph.constants) {
      if (tensor.type !== 'float32') continue;
      const half: Tensor = {
        type: 'float16',
        dims: tensor.dims,
        data: floatsToHalves(tensor.data),
      };
      graph.constants.set(name, half);
    }
    const bytes = encodeModel(graph);
    const { model, parameters, writeBack } = await importBytes(bytes, exportConfig('bert'));
    const { logits } = await forward(model, parameters, batch);
    const reference = readReference('bert').logits.data;
    expectClose(logits.slice(0, 61), reference.slice(0, 61), 5e-3);
    const trained = moved(parameters);
    const again = await importBytes(writeBack(trained).bytes, exportConfig('bert'));
    for (const [name, { data }] of trained) {
      expect(again.parameters.get(name)!.data).toEqual(halvesToFloats(floatsToHalves(data)));
    }
  });

  it.each(EXPORTS.filter(([, name]) => name === 'script-14'))(
    'needs no mask for batches without padding (%s)',
    async (folder, name) => {
      const { model, parameters } = await importExport(folder, name);
      const masked = await forward(model, parameters, unpadded);
      const plain = await forward(model, parameters, unpadded, { padded: false });
      expectClose(plain.logits, masked.logits);
      expect(plain.graph.nodes.length).toBeLessThan(masked.graph.nodes.length);
      const ops = plain.graph.nodes.map(({ op }) => op);
      expect(ops.filter((op) => op === 'Where' || op === 'IsNaN' || op === 'And')).toEqual([]);
    },
  );

  it.each(EXPORTS.filter(([folder, name]) => name === 'dynamo-18' && !folder.includes('class')))(
    'computes the last layer for chosen rows only (%s)',
    async (folder, name) => {
      const { model } = await importExport(folder, name);
      const graph = new Graph(20);
      const dims = [3, 12];
      graph.input('input_ids', 'int64', dims);
      graph.input('positions', 'int64', [6]);
      for (const spec of model.parameters) graph.input(spec.name, 'float32', spec.dims);
      const inputs = { inputIds: 'input_ids', attentionMask: null, tokenTypeIds: null };
      const outputs = await model.addForward(
        graph,
        { ...inputs, batch: 3, length: 12 },
        (parameter) => parameter,
      );
      graph.outputs.push(graph.node('Gather', [outputs.logits(), 'positions']));
      gatherEarly(graph);
      const made = producers(graph);
      const sources = graph.nodes
        .filter((node) => node.op === 'Gather' && node.inputs[1] === 'positions')
        .map((node) => made.get(node.inputs[0]!)!);
      // What attention gives, and the hidden states that it is added to.
      expect(sources.length).toBeLessThanOrEqual(2);
      expect(sources.map(({ op }) => op)).toContain('Reshape');
    },
  );

  it('has dropout at the places of the family, when it is asked for', async () => {
    const { model } = await importExport('bert', 'script-14');
    const config = { ...exportConfig('bert'), hidden_dropout_prob: 0.1 };
    const rates = async (imported: ImportedModel): Promise<number[]> => {
      const graph = new Graph(20);
      graph.input('input_ids', 'int64', [2, 8]);
      for (const spec of model.parameters) graph.input(spec.name, 'float32', spec.dims);
      const found: number[] = [];
      const inputs = { inputIds: 'input_ids', attentionMask: null, tokenTypeIds: null };
      const dropout = (x: string, rate: number): string => {
        found.push(rate);
        return graph.node('Identity', [x]);
      };
      await imported.model.addForward(
        graph,
        { ...inputs, batch: 2, length: 8, dropout },
        (name) => name,
      );
      return found;
    };
    const bytes = exportBytes('bert', 'script-14');
    const both = { ...config, attention_probs_dropout_prob: 0.2 };
    // Embeddings; then in each of two layers probabilities, attention's result and the layer's.
    const expected = [0.1, 0.2, 0.1, 0.1, 0.2, 0.1, 0.1];
    expect(await rates(await importBytes(bytes, both))).toEqual(expected);
  });
});

describe('an export that cannot be trained', () => {
  const problemOf = async (bytes: Uint8Array, config: unknown = {}): Promise<string> => {
    const thrown = await importBytes(bytes, config).catch((error: unknown) => error);
    if (!(thrown instanceof AppError) || thrown.code !== 'Model') return (thrown as AppError).code;
    const { message, remedy } = inEnglish(thrown, 'Model');
    return `${message} | ${remedy}`;
  };
  const changed = (change: (graph: Graph) => void): Uint8Array => {
    const graph = decodeModel(exportBytes('bert', 'script-14'), 'bert');
    change(graph);
    return encodeModel(graph);
  };

  it('says so and what to use instead', async () => {
    const quantized = changed((graph) => {
      graph.nodes.push({
        op: 'DynamicQuantizeLinear',
        domain: '',
        name: 'q',
        inputs: ['logits'],
        outputs: ['a', 'b', 'c'],
        attributes: {},
      });
    });
    expect(await problemOf(quantized)).toMatch(/quantized.*without quantization/);

    const headless = changed((graph) => {
      graph.outputs.splice(0, 1, 'last_hidden_state');
    });
    expect(await problemOf(headless)).toMatch(/without a head/);

    const fixed = changed((graph) => {
      graph.values.set('input_ids', { type: 'int64', dims: [1, 128] });
    });
    expect(await problemOf(fixed)).toMatch(/one input size: input_ids is 1 × 128/);

    const foreign = changed((graph) => {
      graph.input('pixel_values', 'float32', ['batch', 3]);
    });
    expect(await problemOf(foreign)).toMatch(/pixel_values/);

    const old = new Graph(9);
    old.input('input_ids', 'int64', ['batch', 'length']);
    old.outputs.push('logits');
    expect(await problemOf(encodeModel(old))).toMatch(/opset 9/);
    expect(await problemOf(exportBytes('bert', 'script-14'), { vocab_size: 'many' })).toMatch(
      /config\.json/,
    );
  });
});
