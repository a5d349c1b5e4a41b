import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import type { LossTerm } from '../../../src/core/batches/losses.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { decodeModel, encodeModel } from '../../../src/core/graph/onnx.js';
import type { ImportedModel } from '../../../src/core/models/imported.js';
import { createImportedModel } from '../../../src/core/models/imported.js';
import type { ParameterTensor } from '../../../src/core/models/model.js';
import type { InferenceSession, Runtime, Tensor } from '../../../src/core/ports.js';
import { normalStream, randomStream } from '../../../src/core/random.js';
import { methodSpecSchema, type OptimizerSpec } from '../../../src/core/runs/schema.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { testKernels } from '../kernels.js';
import type { RandomEncoder } from './randomEncoder.js';
import { LABELS, VOCABULARY } from './randomEncoder.js';

/** Difference of logits, as a part of the largest one, that rounding explains. */
const FORWARD_TOLERANCE = 2e-5;
/** Differences of quotients from derivatives, relative and absolute, that steps and rounding explain. */
const GRADIENT_TOLERANCE = { relative: 0.02, absolute: 3e-4 };
const STEPS = [1e-2, 2.5e-3, 4e-2];
/** Parameters whose gradients are checked by one quotient. */
const TOGETHER = 4;
/** Texts to try, because a quotient across the corner of a rectifier differs from the derivative. */
const TEXTS = 3;

/** One update whose difference is the gradient. */
const PLAIN_DESCENT: OptimizerSpec = {
  ...{ name: 'sgd', momentum: 0, nesterov: false },
  ...{ learningRate: 1, weightDecay: 0, maxGradientNorm: 1e9, layerDecay: 1 },
};

/** A computation of training that differs from that of the file. */
export interface Difference {
  readonly of: 'logits' | 'loss' | 'gradient' | 'written file';
  readonly found: string;
}

/**
 * Compares a run on an export with the file itself in ONNX Runtime: logits, loss, the gradient of
 * every trained parameter against difference quotients of the file, and the written file.
 *
 * @returns the differences, none for a right import
 */
export async function checkEncoder(
  encoder: RandomEncoder,
  { runtime = createOnnxRuntime(), seed = 0 }: { runtime?: Runtime; seed?: number } = {},
): Promise<Difference[]> {
  const imported = await createImportedModel({
    bytes: encoder.bytes,
    path: 'model.onnx',
    readExternal: () => Promise.reject(new Error('nothing beside')),
    config: encoder.config,
    runtime,
  });
  const file = await ExportedFile.open(encoder.bytes, imported, runtime);
  try {
    let differences: readonly Difference[] = [];
    for (let text = 0; text < TEXTS; text++) {
      differences = await new Check(imported, file, batchFor(imported, seed + text)).run(
        seed,
        runtime,
      );
      if (differences.every(({ of }) => of !== 'gradient')) break;
    }
    return [...differences];
  } finally {
    await file.close();
  }
}

class Check {
  private readonly differences: Difference[] = [];

  constructor(
    private readonly imported: ImportedModel,
    private readonly file: ExportedFile,
    private readonly batch: TrainingBatch,
  ) {}

  async run(seed: number, runtime: Runtime): Promise<Difference[]> {
    const { imported, batch } = this;
    const { model, parameters } = imported;
    const initial = copyOf(parameters);
    const kind = model.heads[0].kind === 'masked-lm' ? 'vocabularyCrossEntropy' : 'crossEntropy';
    const loss: LossTerm = { name: 'loss', kind, weight: 1, labelSmoothing: 0, classWeights: null };
    const engine = await createTrainingEngine({
      ...{ model, parameters, losses: [loss], runtime, threads: 1 },
      ...{ method: methodSpecSchema.parse({}), optimizer: PLAIN_DESCENT },
      kernels: await testKernels(),
    });
    try {
      this.compare('logits', await engine.logits(batch), await this.file.logits(initial, batch));
      const { loss: trained } = await engine.step([batch], 1);
      this.compareLoss(trained, await this.file.loss(initial, batch));
      const after = copyOf(engine.modelParameters());
      const gradients = [...initial].map(([name, { data }]) => {
        return [name, data.map((x, i) => x - after.get(name)!.data[i]!)] as const;
      });
      for (let first = 0; first < gradients.length; first += TOGETHER) {
        const some = new Map(gradients.slice(first, first + TOGETHER));
        await this.checkGradients(some, { initial, seed });
      }
      const { bytes } = imported.writeBack(after);
      const written = await logitsOfFile(bytes, batch, runtime);
      this.compare('written file', await engine.logits(batch), written);
    } finally {
      await engine.dispose();
    }
    return this.differences;
  }

  private compare(of: Difference['of'], actual: Float32Array, expected: Float32Array): void {
    const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const most = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - actual[i]!)), 0);
    if (actual.length !== expected.length)
      this.differences.push({
        of,
        found: `${actual.length} instead of ${expected.length} numbers`,
      });
    else if (!(most <= FORWARD_TOLERANCE * Math.max(1, scale))) {
      this.differences.push({ of, found: `off by ${most} of ${scale}` });
    }
  }

  private compareLoss(actual: number, expected: number): void {
    if (Math.abs(actual - expected) <= FORWARD_TOLERANCE * Math.max(1, Math.abs(expected))) return;
    this.differences.push({ of: 'loss', found: `${actual} instead of ${expected}` });
  }

  /**
   * The derivative in a direction that moves several parameters, each as much along its gradient as
   * elsewhere.
   */
  private async checkGradients(
    gradients: ReadonlyMap<string, Float32Array>,
    { initial, seed }: { initial: ReadonlyMap<string, ParameterTensor>; seed: number },
  ): Promise<void> {
    const along = new Map<string, Float32Array>();
    let expected = 0;
    let scale = 0;
    for (const [name, gradient] of gradients) {
      const normal = normalStream(randomStream('direction', seed, name));
      const drawn = unit(gradient.map(() => normal()));
      const direction = unit(unit(gradient).map((x, i) => x + drawn[i]!));
      const part = direction.reduce((sum, x, i) => sum + x * gradient[i]!, 0);
      along.set(name, direction);
      expected += part;
      scale += Math.abs(part);
    }
    const lossAt = (step: number): Promise<number> => {
      const moved = new Map(initial);
      for (const [name, direction] of along) {
        const { dims, data } = initial.get(name)!;
        moved.set(name, { dims, data: data.map((x, i) => x + step * direction[i]!) });
      }
      return this.file.loss(moved, this.batch);
    };
    const found: number[] = [];
    const { relative, absolute } = GRADIENT_TOLERANCE;
    for (const step of STEPS) {
      const quotient = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
      if (Math.abs(quotient - expected) <= absolute + relative * scale) return;
      found.push(quotient);
    }
    const names = [...gradients.keys()].join(' and ');
    const quotients = found.join(' or ');
    this.differences.push({
      of: 'gradient',
      found: `${expected} instead of ${quotients} (${names})`,
    });
  }
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  return norm === 0 ? values : values.map((x) => x / norm);
}

function copyOf(parameters: ReadonlyMap<string, ParameterTensor>): Map<string, ParameterTensor> {
  return new Map(
    [...parameters].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]),
  );
}

/** The graph of a file as it is, its float initializers being inputs that take written values. */
class ExportedFile {
  private constructor(
    private readonly session: InferenceSession,
    private readonly imported: ImportedModel,
  ) {}

  static async open(
    bytes: Uint8Array,
    imported: ImportedModel,
    runtime: Runtime,
  ): Promise<ExportedFile> {
    const decoded = decodeModel(bytes, 'model.onnx');
    const graph = new Graph(decoded.opset);
    graph.nodes = decoded.nodes;
    graph.outputs.push(...decoded.outputs);
    for (const name of decoded.inputs) {
      const { type, dims } = decoded.info(name);
      graph.input(name, type, dims);
    }
    for (const [name, tensor] of decoded.constants) {
      if (tensor.type === 'float32') graph.input(name, tensor.type, tensor.dims);
      else graph.constant(name, tensor);
    }
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    return new ExportedFile(session, imported);
  }

  async logits(
    parameters: ReadonlyMap<string, ParameterTensor>,
    batch: TrainingBatch,
  ): Promise<Float32Array> {
    const { constants } = decodeModel(this.imported.writeBack(parameters).bytes, 'model.onnx');
    const feeds = Object.fromEntries(constants);
    return atRows(
      await this.session.run({ ...feeds, ...tokensOf(batch) }, { logits: null }),
      batch,
    );
  }

  async loss(
    parameters: ReadonlyMap<string, ParameterTensor>,
    batch: TrainingBatch,
  ): Promise<number> {
    const logits = await this.logits(parameters, batch);
    const { labels, rowCount } = batch;
    const columns = logits.length / rowCount;
    let sum = 0;
    labels.forEach((label, row) => {
      const values = Array.from(logits.subarray(row * columns, (row + 1) * columns));
      const largest = Math.max(...values);
      const total = values.reduce((all, x) => all + Math.exp(x - largest), 0);
      sum += Math.log(total) + largest - values[Number(label)]!;
    });
    return sum / rowCount;
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

async function logitsOfFile(
  bytes: Uint8Array,
  batch: TrainingBatch,
  runtime: Runtime,
): Promise<Float32Array> {
  const session = await runtime.createSession(bytes, { threads: 1 });
  const results = await session.run(tokensOf(batch), { logits: null });
  await session.release();
  return atRows(results, batch);
}

function tokensOf({
  batchSize,
  length,
  inputIds,
  attentionMask,
}: TrainingBatch): Record<string, Tensor> {
  const dims = [batchSize, length];
  return {
    input_ids: { type: 'int64', dims, data: inputIds },
    attention_mask: { type: 'int64', dims, data: attentionMask },
  };
}

function atRows(
  { logits }: Readonly<Record<string, Tensor>>,
  { positions, batchSize, length }: TrainingBatch,
): Float32Array {
  const data = logits!.data as Float32Array;
  if (positions === null) return data;
  const columns = data.length / (batchSize * length);
  const rows = new Float32Array(positions.length * columns);
  positions.forEach((position, row) => {
    const start = Number(position) * columns;
    rows.set(data.subarray(start, start + columns), row * columns);
  });
  return rows;
}

/** Two texts, the second of them padded. */
function batchFor({ model }: ImportedModel, seed: number): TrainingBatch {
  const random = randomStream('batch', seed);
  const [batchSize, length, rowsOfText] = [2, 7, 5];
  const draw = (below: number): bigint => BigInt(Math.floor(random() * below));
  const count = batchSize * length;
  const attentionMask = BigInt64Array.from({ length: count }, (_, i) =>
    i < length + rowsOfText ? 1n : 0n,
  );
  const [head] = model.heads;
  const positions = head.kind === 'sequence' ? null : BigInt64Array.of(1n, 2n, 5n, 8n, 10n);
  const rowCount = positions?.length ?? batchSize;
  const classes = head.kind === 'masked-lm' ? VOCABULARY : LABELS;
  return {
    ...{ batchSize, length, rowCount, attentionMask, positions },
    inputIds: BigInt64Array.from({ length: count }, () => draw(VOCABULARY)),
    tokenTypeIds: null,
    labels: BigInt64Array.from({ length: rowCount }, () => draw(classes)),
    values: null,
    weights: new Float32Array(rowCount).fill(1),
    tokenCount: length + rowsOfText,
  };
}
