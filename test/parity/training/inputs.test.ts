import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import type { HeadRequest } from '../../../src/core/models/encoder/head.js';
import type { HeadKind, ParameterTensor } from '../../../src/core/models/model.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { readSafetensors, writeSafetensors } from '../../../src/core/models/weights/safetensors.js';
import { randomStream } from '../../../src/core/random.js';
import { methodSpecSchema } from '../../../src/core/runs/schema.js';
import type { MaskedBatch, TrainingBatch } from '../../../src/core/batches/batch.js';
import type { LossKind, LossTerm, LossTerms } from '../../../src/core/batches/losses.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer } from '../../support/bert.js';
import { tinyModelConfig, type Family } from '../../support/families.js';
import { testKernels } from '../../support/kernels.js';
import { findTorchPython } from '../../support/torch.js';

const STEPS = 8;
const COLUMNS = 3;
const python = findTorchPython();
if (python === null) console.warn('SKIPPED: loss inputs against torch, which needs python3-torch.');

/** One view of a step's examples. */
interface View {
  readonly loss: Pick<LossTerm, 'name' | 'kind'> & Partial<LossTerm>;
  readonly head: { readonly name: string; readonly kind: HeadKind };
  /** Class ids, or else numbers that the loss takes. */
  readonly targets: 'labels' | 'values';
  readonly weighted?: boolean;
  readonly offset?: boolean;
  /** Weight of examples without a row. */
  readonly absent?: number;
}

interface Case {
  readonly name: string;
  readonly family?: Family;
  readonly views: readonly [View, ...View[]];
  /** Batches of each view in a step. */
  readonly accumulation?: number;
}

const view = (
  name: string,
  kind: LossKind,
  headKind: HeadKind,
  rest: Partial<View> & { readonly spec?: Partial<LossTerm> } = {},
): View => {
  const { spec, ...others } = rest;
  const targets =
    kind === 'crossEntropy' || kind === 'vocabularyCrossEntropy' ? 'labels' : 'values';
  const head = { name: headKind, kind: headKind };
  return { loss: { name, kind, ...spec }, head, targets, ...others };
};

const both = { weighted: true, offset: true };
const smoothed = { labelSmoothing: 0.1, classWeights: [0.5, 1, 2] };

const CASES: readonly Case[] = [
  { name: 'weighted classes', views: [view('a', 'crossEntropy', 'sequence', { weighted: true })] },
  {
    name: 'a product of experts',
    views: [view('a', 'crossEntropy', 'sequence', { offset: true })],
  },
  {
    name: 'smoothed and weighted classes, accumulated',
    accumulation: 2,
    views: [view('a', 'crossEntropy', 'sequence', { ...both, spec: smoothed })],
  },
  {
    name: 'soft classes',
    views: [view('a', 'crossEntropy', 'sequence', { ...both, targets: 'values' })],
  },
  { name: 'divergences', views: [view('a', 'klDivergence', 'sequence', both)] },
  {
    name: 'several labels',
    accumulation: 3,
    views: [view('a', 'binaryCrossEntropy', 'sequence', both)],
  },
  {
    name: 'numbers, DistilBERT',
    family: 'distilbert',
    views: [view('a', 'meanSquaredError', 'sequence', both)],
  },
  { name: 'tags', views: [view('a', 'crossEntropy', 'token', both)] },
  {
    name: 'masked tokens by the decoder in slices',
    accumulation: 2,
    views: [view('a', 'vocabularyCrossEntropy', 'masked-lm', { weighted: true })],
  },
  {
    name: 'masked tokens in a product of experts',
    views: [view('a', 'vocabularyCrossEntropy', 'masked-lm', both)],
  },
  {
    name: 'two views of one head',
    views: [
      view('text', 'crossEntropy', 'sequence', { weighted: true }),
      view('masked text', 'crossEntropy', 'sequence', { spec: { weight: 0.3 }, offset: true }),
    ],
  },
  {
    name: 'a divergence over few examples, as a mean over all',
    accumulation: 2,
    views: [
      view('text', 'crossEntropy', 'sequence', { weighted: true }),
      view('without words', 'klDivergence', 'sequence', {
        spec: { weight: 0.7 },
        weighted: true,
        absent: 2.5,
      }),
    ],
  },
  {
    name: 'masked tokens and classes on one encoder, accumulated',
    accumulation: 2,
    views: [
      view('mlm', 'vocabularyCrossEntropy', 'masked-lm', { weighted: true }),
      view('topic', 'crossEntropy', 'sequence', { spec: { weight: 0.5 } }),
    ],
  },
  {
    name: 'three heads, two of one kind, DistilBERT',
    family: 'distilbert',
    views: [
      view('topic', 'crossEntropy', 'sequence', { spec: { weight: 2, ...smoothed } }),
      view('score', 'meanSquaredError', 'sequence', {
        head: { name: 'score', kind: 'sequence' },
        spec: { weight: 0.25 },
        weighted: true,
      }),
      view('tags', 'crossEntropy', 'token', { spec: { weight: 0.7 }, offset: true }),
    ],
  },
];

interface Prepared {
  readonly config: ReturnType<typeof tinyModelConfig>;
  readonly model: ReturnType<typeof createModel>;
  readonly losses: LossTerms;
  readonly parameters: Map<string, ParameterTensor>;
  readonly steps: readonly (readonly TrainingBatch[])[];
}

function prepare({ family = 'bert', views, accumulation = 1 }: Case): Prepared {
  const config = tinyModelConfig(family);
  const heads = [...new Map(views.map(({ head }) => [head.name, head])).values()];
  const further: HeadRequest[] = heads.slice(1).map((head) => ({ ...head, labelCount: COLUMNS }));
  const options = { head: heads[0]!.kind, labelCount: COLUMNS, further };
  const termOf = ({ loss, head }: View): LossTerm => {
    return { weight: 1, labelSmoothing: 0, classWeights: null, head: head.name, ...loss };
  };
  const [first, ...others] = views;
  return {
    config,
    model: createModel(config, options),
    losses: [termOf(first), ...others.map(termOf)],
    parameters: initializeParameters(config, 5, options),
    steps: Array.from({ length: STEPS }, (_, step) =>
      Array.from({ length: accumulation }, (__, i) => {
        const seed = 100 * step + i;
        const size = { batchSize: 3 + i, length: 12 + 4 * (step % 2) };
        // The views of an example see other tokens, as masked copies do.
        return views.map((of, v) => {
          return batchOf(of, randomBatch(config, seed + 10 * v, size), config.vocab_size, seed);
        });
      }).flat(),
    ),
  };
}

function batchOf(
  { loss, head, targets, weighted, offset, absent }: View,
  batch: MaskedBatch,
  vocabulary: number,
  seed: number,
): TrainingBatch {
  const random = randomStream('inputs', seed);
  const draw = (count: number, from: number, to: number): Float32Array =>
    Float32Array.from({ length: count }, () => from + (to - from) * random());
  const columns = head.kind === 'masked-lm' ? vocabulary : COLUMNS;
  const rowCount = head.kind === 'sequence' ? batch.batchSize : batch.rowCount;
  // One example of each batch counts for nothing.
  const exampleWeights = draw(batch.batchSize, 0.2, 3).map((weight, i) => (i === 1 ? 0 : weight));
  const labels =
    head.kind === 'masked-lm'
      ? batch.labels
      : BigInt64Array.from({ length: rowCount }, () => BigInt(Math.floor(random() * COLUMNS)));
  const used = head.kind === 'sequence' ? new Float32Array(rowCount).fill(1) : batch.weights;
  const classWeights = loss.classWeights ?? null;
  return {
    ...batch,
    rowCount,
    positions: head.kind === 'sequence' ? null : batch.positions,
    labels,
    values: targets === 'values' ? valuesOf(loss.kind, draw(rowCount * COLUMNS, 0.1, 1)) : null,
    weights: used.map((weight, row) => weight * (classWeights?.[Number(labels[row])] ?? 1)),
    loss: loss.name,
    ...(weighted && { exampleWeights }),
    ...(absent === undefined ? {} : { absentWeight: absent }),
    ...(offset && { logitOffsets: draw(rowCount * columns, -2, 1) }),
  };
}

function valuesOf(kind: LossKind, values: Float32Array): Float32Array {
  if (kind === 'meanSquaredError') return values;
  if (kind === 'binaryCrossEntropy') return values.map((value) => (value > 0.5 ? 1 : 0));
  return values.map((value, i) => {
    const at = i - (i % COLUMNS);
    return value / values.subarray(at, at + COLUMNS).reduce((a, b) => a + b, 0);
  });
}

const rate = (step: number): number => 1e-3 * (1 - step / 40);

interface Result {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  /** Of the first step. */
  readonly gradients: ReadonlyMap<string, ParameterTensor>;
}

function runReferences(prepared: readonly Prepared[]): Result[] {
  const root = mkdtempSync(path.join(os.tmpdir(), 'masklab-inputs-'));
  try {
    const folders = prepared.map((test, i) => {
      const folder = path.join(root, String(i));
      mkdirSync(folder);
      writeTask(folder, test);
      return folder;
    });
    const script = path.join(import.meta.dirname, 'inputs_reference.py');
    const { status, stderr } = spawnSync(python!, ['-B', script, ...folders], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return folders.map((folder) => {
      const text = readFileSync(path.join(folder, 'result.json'), 'utf8');
      const file = path.join(folder, 'gradients.safetensors');
      const gradients = readSafetensors(readFileSync(file), file);
      return { ...(JSON.parse(text) as Omit<Result, 'gradients'>), gradients };
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeTask(folder: string, { config, model, losses, parameters, steps }: Prepared): void {
  const json = {
    config,
    losses,
    heads: model.heads.map((head) => ({
      ...head,
      prefix: head.parameters[0]!.startsWith('heads.') ? `heads.${head.name}.` : '',
    })),
    optimizer: testOptimizer,
    learningRates: steps.map((_, step) => rate(step)),
    steps,
  };
  const plain = (_: string, value: unknown): unknown =>
    value instanceof BigInt64Array
      ? Array.from(value, Number)
      : value instanceof Float32Array
        ? Array.from(value)
        : value;
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify(json, plain));
  writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(parameters));
}

async function lossesOf(
  { model, losses, parameters, steps }: Prepared,
  optimizer = testOptimizer,
): Promise<{
  losses: number[];
  norms: number[];
  firstMoments: ReadonlyMap<string, Float32Array>;
}> {
  const engine = await createTrainingEngine({
    model,
    losses,
    parameters,
    method: methodSpecSchema.parse({}),
    optimizer,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  const found: number[] = [];
  const norms: number[] = [];
  let firstMoments = new Map<string, Float32Array>();
  for (const [step, batches] of steps.entries()) {
    const { loss, gradientNorm } = await engine.step(batches, rate(step));
    found.push(loss);
    norms.push(gradientNorm);
    if (step > 0) continue;
    const moments = engine.optimizerState().arrays.get('firstMoments')!;
    firstMoments = new Map([...moments].map(([name, data]) => [name, data.slice()]));
  }
  await engine.dispose();
  return { losses: found, norms, firstMoments };
}

const worstOf = (losses: readonly number[], reference: Result): number =>
  Math.max(...losses.map((loss, step) => Math.abs(loss - reference.losses[step]!)));

describe.skipIf(python === null)('weights, offsets and several losses against torch', () => {
  const prepared = CASES.map(prepare);
  let references: Result[] = [];
  beforeAll(() => {
    references = runReferences(prepared);
  });

  it.each(CASES.map(({ name }, i) => ({ name, i })))('$name', async ({ i }) => {
    const reference = references[i]!;
    const { losses, norms } = await lossesOf(prepared[i]!);
    expect(worstOf(losses, reference)).toBeLessThan(1e-5);
    expect(norms[0]! / reference.norms[0]!).toBeCloseTo(1, 5);

    // Without momentum and clipping the first moment is the gradient.
    const bare = { ...testOptimizer, beta1: 0, maxGradientNorm: 1e30 };
    const [first] = prepared[i]!.steps;
    const { firstMoments } = await lossesOf({ ...prepared[i]!, steps: [first!] }, bare);
    for (const [name, gradient] of firstMoments) {
      const expected = reference.gradients.get(name)?.data ?? new Float32Array(gradient.length);
      const worst = gradient.reduce((max, x, j) => Math.max(max, Math.abs(x - expected[j]!)), 0);
      expect(worst, name).toBeLessThan(1e-5);
    }
  });

  it.each<[string, (test: Prepared) => Prepared]>([
    ['a weight of an example', (test) => changed(test, 'exampleWeights')],
    ['a constant on the logits', (test) => changed(test, 'logitOffsets')],
    [
      'the weight of a loss',
      ({ losses: [first, second, ...others], ...test }) => {
        return {
          ...test,
          losses: [first, { ...second!, weight: second!.weight * 1.01 }, ...others],
        };
      },
    ],
  ])('would not pass with %s one percent off', async (_, change) => {
    const i = CASES.findIndex(({ name }) => name === 'two views of one head');
    const { losses } = await lossesOf(change(prepared[i]!));
    expect(worstOf(losses, references[i]!)).toBeGreaterThan(1e-4);
  });
});

/** The same with the first of these numbers one percent larger wherever a batch has them. */
function changed(test: Prepared, field: 'exampleWeights' | 'logitOffsets'): Prepared {
  const steps = test.steps.map((batches) =>
    batches.map((batch) => {
      const values = batch[field]?.map((value, i) => (i === 0 ? value * 1.01 : value));
      return values ? { ...batch, [field]: values } : batch;
    }),
  );
  return { ...test, steps };
}
