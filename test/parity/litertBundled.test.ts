import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPredictionModel } from '../../src/core/models/inferenceGraphs.js';
import type { Tensor } from '../../src/core/ports.js';
import { readModelFolder, type ModelFolder } from '../../src/node/models/modelFolder.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { tokenizerOf } from '../../src/node/tokenizers/loadTokenizer.js';
import { LitertPage } from '../support/litert/litertPage.js';
import { writtenModel } from '../support/litert/writtenModel.js';

const ROOT = path.join(import.meta.dirname, '../..');
/** Length of the signature that all sentences of the cloze set fit into. */
const LENGTH = 64;

const page = await LitertPage.open();
afterAll(() => page?.close());

interface Sentence {
  readonly ids: readonly number[];
  /** Place of the mask. */
  readonly mask: number;
}

let bundled: ModelFolder;
let sentences: Sentence[];
/** Logits at the masks, as ONNX Runtime computes them in float32. */
let expected: Float32Array[];

beforeAll(async () => {
  bundled = await readModelFolder(path.join(ROOT, 'media/models/masklab-small-en'));
  const tokenizer = tokenizerOf(bundled);
  const lines = ['everyday', 'technical'].flatMap((name) =>
    fs.readFileSync(path.join(ROOT, `test/cloze/${name}.txt`), 'utf8').split('\n'),
  );
  sentences = lines
    .filter((line) => line.includes('[MASK]') && !line.startsWith('#'))
    .map((line) => {
      const [text = ''] = line.split('\t');
      const ids = [...tokenizer.frame(tokenizer.encode(text).ids).ids];
      return { ids, mask: ids.indexOf(tokenizer.special.mask) };
    });
  const model = await buildPredictionModel(bundled.model, bundled.parameters);
  const session = await createOnnxRuntime().createSession(model, { threads: 1 });
  expected = [];
  for (const { ids, mask } of sentences) {
    const row = (values: readonly number[]): Tensor => {
      const data = BigInt64Array.from(values, BigInt);
      return { type: 'int64', dims: [1, values.length], data };
    };
    const positions = { ...row([mask]), dims: [1] } as Tensor;
    const inputs = { input_ids: row(ids), attention_mask: row(ids.map(() => 1)), positions };
    const { logits } = await session.run(inputs, { logits: null });
    expected.push((logits as Extract<Tensor, { type: 'float32' }>).data);
  }
  await session.release();
});

/** Predictions of the LiteRT model beside those of ONNX Runtime. */
async function agreement(integers: boolean): Promise<{
  readonly bytes: number;
  readonly difference: number;
  readonly sameFirst: number;
  readonly sharedOfFive: number;
}> {
  const { model, parameters } = bundled;
  const { file } = await writtenModel(model, parameters, {
    ...{ lengths: [32, LENGTH, 128], maskedRows: 1, integers },
  });
  const padded = (values: readonly number[]) => ({
    dims: [1, LENGTH],
    data: [...values, ...new Array<number>(LENGTH - values.length).fill(0)],
  });
  const { outputs } = await page!.run(
    file,
    sentences.map(({ ids, mask }) => ({
      signature: `length_${LENGTH}`,
      inputs: {
        input_ids: padded(ids),
        attention_mask: padded(ids.map(() => 1)),
        positions: { dims: [1], data: [mask] },
      },
    })),
  );
  let [difference, sameFirst, shared] = [0, 0, 0];
  for (const [i, wanted] of expected.entries()) {
    const got = outputs[i]!['logits']!.data;
    difference = wanted.reduce((most, x, at) => Math.max(most, Math.abs(x - got[at]!)), difference);
    const [ours, theirs] = [firstFive(got), firstFive(wanted)];
    if (ours[0] === theirs[0]) sameFirst++;
    shared += theirs.filter((id) => ours.includes(id)).length / theirs.length;
  }
  const sharedOfFive = shared / expected.length;
  return { bytes: file.length, difference, sameFirst, sharedOfFive };
}

function firstFive(logits: Float32Array): number[] {
  return [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!).slice(0, 5);
}

describe.skipIf(page === null)('the bundled model in LiteRT', () => {
  it('makes the same predictions for the cloze set', async () => {
    const { bytes, difference, sameFirst } = await agreement(false);
    expect(sentences).toHaveLength(163);
    expect(sameFirst).toBe(163);
    expect(difference).toBeLessThan(1e-4);
    expect(bytes).toBeLessThan(24e6);
  });

  it('makes nearly the same with 8-bit weights, at 0.28 of the size', async () => {
    const { bytes, sameFirst, sharedOfFive } = await agreement(true);
    console.log(`8-bit: ${bytes} bytes, ${sameFirst} of 163, ${sharedOfFive} of the first five`);
    expect(sameFirst / sentences.length).toBeGreaterThan(0.95);
    expect(sharedOfFive).toBeGreaterThan(0.95);
    expect(bytes).toBeLessThan(6.6e6);
  });
});
