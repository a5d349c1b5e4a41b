// `npm run bench:models`: ONNX exports in float32 and int8, of the bundled model and of one of the
// size of BERT-base with random weights. Passes of one sequence run alternately on one thread, at
// three lengths. Reports sizes, the median time of each, and how many times faster int8 is.
// --json ends with one line that holds the result as JSON.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { createModel } from '../../src/core/models/createModel.js';
import { parseBertConfig } from '../../src/core/models/families/bertConfig.js';
import { buildExportModel } from '../../src/core/models/inferenceGraphs.js';
import type { Model, ParameterTensor } from '../../src/core/models/model.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import type { InferenceSession, Tensor } from '../../src/core/ports.js';
import { readModelFolder } from '../../src/node/models/modelFolder.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';

const LENGTHS = [16, 64, 256];
const PASSES = 21;
const SIZE_GOAL = 0.27;
const SPEED_GOAL = 1.8;
const PRECISIONS = ['float32', 'int8'] as const;
type Precision = (typeof PRECISIONS)[number];

interface Measured {
  readonly model: string;
  readonly bytes: Readonly<Record<Precision, number>>;
  readonly sizeRatio: number;
  readonly passes: readonly {
    readonly length: number;
    readonly milliseconds: Readonly<Record<Precision, number>>;
    readonly speedup: number;
  }[];
}

async function measure(
  name: string,
  model: Model,
  parameters: ReadonlyMap<string, ParameterTensor>,
): Promise<Measured> {
  const bytes = { float32: 0, int8: 0 };
  const sessions = new Map<Precision, InferenceSession>();
  for (const precision of PRECISIONS) {
    const source = await buildExportModel(model, parameters, { precision });
    bytes[precision] = source.length;
    sessions.set(precision, await createOnnxRuntime().createSession(source, { threads: 1 }));
  }
  const passes = [];
  for (const length of LENGTHS) {
    const times = { float32: [] as number[], int8: [] as number[] };
    for (let pass = 0; pass < PASSES; pass++) {
      for (const [precision, session] of sessions) {
        const began = performance.now();
        await session.run(inputsOf(model, length), { logits: null });
        times[precision].push(performance.now() - began);
      }
    }
    const milliseconds = { float32: median(times.float32), int8: median(times.int8) };
    passes.push({ length, milliseconds, speedup: milliseconds.float32 / milliseconds.int8 });
  }
  for (const session of sessions.values()) await session.release();
  return { model: name, bytes, sizeRatio: bytes.int8 / bytes.float32, passes };
}

function inputsOf({ vocabularySize }: Model, length: number): Record<string, Tensor> {
  const tensor = (value: (i: number) => number): Tensor => ({
    type: 'int64',
    dims: [1, length],
    data: BigInt64Array.from({ length }, (_, i) => BigInt(value(i))),
  });
  return {
    input_ids: tensor((i) => 5 + ((i * 37) % ((vocabularySize ?? 1000) - 5))),
    attention_mask: tensor(() => 1),
    token_type_ids: tensor(() => 0),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const bundled = await readModelFolder(
    path.join(import.meta.dirname, '../..', BUNDLED_MODEL_FOLDER),
  );
  const base = parseBertConfig(
    {
      ...{ model_type: 'bert', vocab_size: 30_522, hidden_size: 768, num_hidden_layers: 12 },
      ...{ num_attention_heads: 12, intermediate_size: 3072, max_position_embeddings: 512 },
    },
    'bert-base',
  );
  const results = [
    await measure('bundled', bundled.model, bundled.parameters),
    await measure('BERT-base size', createModel(base), initializeParameters(base, 1)),
  ];
  for (const { model, bytes, sizeRatio, passes } of results) {
    const megabytes = PRECISIONS.map((name) => `${(bytes[name] / 1e6).toFixed(1)} MB ${name}`);
    console.log(`${model}: ${megabytes.join(', ')}, ${sizeRatio.toFixed(3)}x (goal: ${SIZE_GOAL})`);
    for (const { length, milliseconds, speedup } of passes) {
      const times = PRECISIONS.map((name) => `${milliseconds[name].toFixed(2)} ms ${name}`);
      console.log(
        `  ${length} tokens: ${times.join(', ')}, ${speedup.toFixed(2)}x faster (goal: ${SPEED_GOAL})`,
      );
    }
  }
  if (values.json) console.log(JSON.stringify({ results }));
}

void main();
