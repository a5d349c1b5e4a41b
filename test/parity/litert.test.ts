import { afterAll, describe, expect, it } from 'vitest';
import { signatureName } from '../../src/core/litert/buildLitert.js';
import { createModel } from '../../src/core/models/createModel.js';
import { buildExportModel } from '../../src/core/models/inferenceGraphs.js';
import type { Model } from '../../src/core/models/model.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { Graph } from '../../src/core/graph/graph.js';
import { int, text } from '../../src/core/graph/node.js';
import type { InferenceSession, Tensor } from '../../src/core/ports.js';
import { randomStream } from '../../src/core/random.js';
import { normalCdf } from '../../src/core/stats/distributions.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { FAMILIES, tinyModelConfig } from '../support/families.js';
import { exportBytes, exportConfig, EXPORTS, importExport } from '../support/importedFixtures.js';
import { LitertPage, type LitertRun } from '../support/litert/litertPage.js';
import { fileOf, writtenModel, type WrittenModel } from '../support/litert/writtenModel.js';
import { SubgraphBuilder } from '../../src/core/litert/subgraphBuilder.js';
import { LOWERINGS } from '../../src/core/litert/lowerings.js';
import { WeightPool } from '../../src/core/litert/weightPool.js';

const page = await LitertPage.open();
afterAll(() => page?.close());

/** The newest export of each family; ONNX Runtime itself does not load all older ones. */
const ONE_EACH = [...new Map(EXPORTS)].map(([folder]) =>
  EXPORTS.filter(([other]) => other === folder).at(-1)!,
);

const LENGTHS = [11, 24];
const TEXTS = 100;
/** Largest difference of float32 logits from those of ONNX Runtime; the logits are about 1. */
const TOLERANCE = 1e-5;

/** Tokens of one text of a fixed length; padding follows them. */
interface Text {
  readonly length: number;
  /** Without padding. */
  readonly tokens: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** Random texts, alternately of each length. */
function randomTexts(
  {
    vocab_size: words,
    pad_token_id: padding,
  }: { vocab_size: number; pad_token_id?: number | null },
  count: number,
): Text[] {
  const random = randomStream(7);
  const below = (n: number): number => Math.floor(random() * n);
  return Array.from({ length: count }, (_, i) => {
    const length = LENGTHS[i % LENGTHS.length]!;
    const tokens = 3 + below(length - 2);
    const ofTokens = (value: (place: number) => number, rest = 0): number[] =>
      Array.from({ length }, (__, place) => (place < tokens ? value(place) : rest));
    const second = below(tokens);
    return {
      length,
      tokens,
      values: {
        input_ids: ofTokens(() => 5 + below(words - 5), padding ?? 0),
        attention_mask: ofTokens(() => 1),
        token_type_ids: ofTokens((place) => (place < second ? 0 : 1)),
      },
    };
  });
}

/** Logits of the tokens of a text, or of the text. */
async function expectedLogits(
  session: InferenceSession,
  { length, tokens, values }: Text,
  { model, output }: { readonly model: Model; readonly output: string },
): Promise<Float32Array> {
  const inputs = Object.fromEntries(
    session.inputNames.map((name): [string, Tensor] => {
      const data = BigInt64Array.from(values[name] ?? [], BigInt);
      return [name, { type: 'int64', dims: [1, length], data }];
    }),
  );
  const { [output]: logits } = await session.run(inputs, { [output]: null });
  return (logits!.data as Float32Array).subarray(0, rowsOf(model, tokens));
}

function rowsOf({ heads: [head] }: Model, tokens: number): number {
  return head.outputSize * (head.kind === 'sequence' ? 1 : tokens);
}

function runOf({ built }: WrittenModel, { length, values }: Text): LitertRun {
  const { tensors, inputs } = built.subgraphs.find(({ name }) => name === signatureName(length))!;
  return {
    signature: signatureName(length),
    inputs: Object.fromEntries(
      inputs.map((index) => {
        const { name, dims } = tensors[index]!;
        return [name, { dims, data: values[name]! }];
      }),
    ),
  };
}

/** Largest difference between LiteRT and ONNX Runtime over texts, and the share of equal first choices. */
async function compare(
  written: WrittenModel,
  texts: readonly Text[],
  { model, onnx, output = 'logits' }: { model: Model; onnx: Uint8Array; output?: string },
): Promise<{ difference: number; agreement: number }> {
  const session = await createOnnxRuntime().createSession(onnx, { threads: 1 });
  const { outputs } = await page!.run(
    written.file,
    texts.map((each) => runOf(written, each)),
  );
  let difference = 0;
  let [same, rows] = [0, 0];
  const width = model.heads[0].outputSize;
  for (const [i, each] of texts.entries()) {
    const wanted = await expectedLogits(session, each, { model, output });
    const got = outputs[i]!['logits']!.data.subarray(0, wanted.length);
    expect(got.length).toBe(wanted.length);
    wanted.forEach((value, at) => {
      difference = Math.max(difference, Math.abs(value - got[at]!) || 0);
      if (Number.isNaN(got[at])) difference = Infinity;
    });
    for (let from = 0; from < wanted.length; from += width) {
      rows++;
      const best = (all: Float32Array): number => all.indexOf(Math.max(...all));
      const row = wanted.subarray(from, from + width);
      if (best(row) === best(got.subarray(from, from + width))) same++;
    }
  }
  await session.release();
  return { difference, agreement: same / rows };
}

function builtModel(family: (typeof FAMILIES)[number], head: 'masked-lm' | 'sequence' | 'token') {
  const config = tinyModelConfig(family, { initializer_range: 0.1 });
  const options = { head, labelCount: 3 };
  return {
    config,
    model: createModel(config, options),
    parameters: initializeParameters(config, 4, options),
  };
}

describe.skipIf(page === null)('LiteRT in a browser', () => {
  it.each(FAMILIES)('computes the logits of 100 texts as ONNX Runtime (%s)', async (family) => {
    const { config, model, parameters } = builtModel(family, 'masked-lm');
    const written = await writtenModel(model, parameters, { lengths: LENGTHS });
    const onnx = await buildExportModel(model, parameters);
    const { difference, agreement } = await compare(written, randomTexts(config, TEXTS), {
      ...{ model, onnx },
    });
    expect(difference).toBeLessThan(TOLERANCE);
    expect(agreement).toBe(1);
  });

  it.each(ONE_EACH)(
    'computes the logits of 100 texts as ONNX Runtime computes an export (%s, %s)',
    async (folder, name) => {
      const { model, parameters } = await importExport(folder, name);
      const written = await writtenModel(model, parameters, { lengths: LENGTHS });
      const config = exportConfig(folder) as { vocab_size: number; pad_token_id?: number };
      const onnx = exportBytes(folder, name);
      const { difference } = await compare(written, randomTexts(config, TEXTS), { model, onnx });
      expect(difference).toBeLessThan(TOLERANCE);
    },
  );

  it.each(FAMILIES)('stays near with 8-bit weights (%s)', async (family) => {
    const { config, model, parameters } = builtModel(family, 'masked-lm');
    const written = await writtenModel(model, parameters, { lengths: LENGTHS, integers: true });
    const onnx = await buildExportModel(model, parameters);
    const { difference, agreement } = await compare(written, randomTexts(config, TEXTS), {
      ...{ model, onnx },
    });
    // Rounding has an effect, and a small one: the logits of random weights are between -3 and 3.
    expect(difference).toBeGreaterThan(1e-4);
    expect(difference).toBeLessThan(0.15);
    expect(agreement).toBeGreaterThan(0.9);
  });

  it.each(['sequence', 'token'] as const)(
    'computes the logits of a %s classifier',
    async (head) => {
      const { config, model, parameters } = builtModel('bert', head);
      const written = await writtenModel(model, parameters, { lengths: LENGTHS });
      const onnx = await buildExportModel(model, parameters);
      const { difference } = await compare(written, randomTexts(config, 20), { model, onnx });
      expect(difference).toBeLessThan(TOLERANCE);
    },
  );

  it('computes masked rows alone as among all others', async () => {
    const { config, model, parameters } = builtModel('modernbert', 'masked-lm');
    const all = await writtenModel(model, parameters, { lengths: LENGTHS });
    const some = await writtenModel(model, parameters, { lengths: LENGTHS, maskedRows: 3 });
    const texts = randomTexts(config, 10);
    const rows = [2, 0, 1];
    const { outputs: whole } = await page!.run(
      all.file,
      texts.map((each) => runOf(all, each)),
    );
    const withRows = texts.map((each) => ({
      ...each,
      values: { ...each.values, positions: rows },
    }));
    const { outputs } = await page!.run(
      some.file,
      withRows.map((each) => runOf(some, each)),
    );
    for (const [i, { logits }] of outputs.entries()) {
      const width = config.vocab_size;
      expect(logits!.dims).toEqual([3, width]);
      rows.forEach((row, at) => {
        const wanted = whole[i]!['logits']!.data.slice(row * width, (row + 1) * width);
        const got = logits!.data.slice(at * width, (at + 1) * width);
        wanted.forEach((value, column) => {
          expect(got[column]).toBeCloseTo(value, 5);
        });
      });
    }
  });

  it('offers one signature per length', async () => {
    const { model, parameters } = builtModel('bert', 'masked-lm');
    const { file } = await writtenModel(model, parameters, { lengths: [8, 16, 32] });
    const { signatures } = await page!.run(file, []);
    expect(signatures).toEqual(['length_8', 'length_16', 'length_32']);
  });

  it.each(['none', 'tanh'])(
    'computes the GELU (approximate: %s) within 2e-6',
    async (approximate) => {
      const count = 4001;
      const graph = new Graph(20);
      const input = graph.input('x', 'int32', [count]);
      const floats = graph.node('Cast', [input], { attributes: { to: int(1) } });
      const x = graph.node('Mul', [floats, graph.scalar(1 / 256)]);
      graph.node('Gelu', [x], { attributes: { approximate: text(approximate) }, outputs: ['y'] });
      graph.outputs.push('y');
      const pool = new WeightPool();
      const builder = new SubgraphBuilder(graph, pool, false);
      for (const node of graph.nodes) expect(LOWERINGS.get(node.op)!(builder, node)).toBe(true);
      const subgraph = builder.finish('gelu', new Map([['y', 'y']]));
      const file = fileOf({ description: '', subgraphs: [subgraph], buffers: pool.buffers });
      const data = Array.from({ length: count }, (_, i) => i - 2000);
      const { outputs } = await page!.run(file, [
        { signature: 'gelu', inputs: { x: { dims: [count], data } } },
      ]);
      const error = data.reduce((most, value, i) => {
        const exact = gelu(value / 256, approximate);
        return Math.max(most, Math.abs(outputs[0]!['y']!.data[i]! - exact));
      }, 0);
      console.log(`largest error of GELU, ${approximate}: ${error.toExponential(2)}`);
      expect(error).toBeLessThan(2e-6);
    },
  );
});

/** In float64. */
function gelu(x: number, approximate: string): number {
  return approximate === 'tanh'
    ? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
    : x * normalCdf(x);
}
