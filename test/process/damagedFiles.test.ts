import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab, UNNAMED, type CommandResult } from './commandLine.js';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/faults');

let folder: string;
let model: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-damaged-'));
  model = path.join(folder, 'model');
  fs.writeFileSync(path.join(folder, 'a.txt'), 'The whale is a large animal of the sea.\n');
  await writeTinyModel(model, 'the whale and the sea');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Runs a command in little memory: it must end by itself, without a stack or a word of a bug. */
async function run(...args: string[]): Promise<CommandResult> {
  const result = await masklab(folder, args);
  expect(result.output).not.toMatch(UNNAMED);
  return result;
}

function change(name: string, changes: (content: Record<string, unknown>) => object): void {
  const file = path.join(model, name);
  const content = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(file, JSON.stringify(changes(content)));
}

describe('damaged Parquet', () => {
  it('settles its pending reads, is refused by name and skipped on demand', async () => {
    fs.copyFileSync(path.join(FIXTURES, 'unhandled-4.parquet'), path.join(folder, 'd.parquet'));
    const mask = ['mask', '--data', 'd.parquet', 'a.txt', '--policy', 'bert', '--out'];
    const strict = await run(...mask, 'out.jsonl');
    expect(strict).toMatchObject({
      code: 1,
      output: expect.stringContaining('d.parquet') as unknown,
    });
    const profile = await run('profile', '--data', 'd.parquet', 'a.txt');
    expect(profile).toMatchObject({
      code: 0,
      output: expect.stringMatching(/d\.parquet.*damaged|decoded/s) as unknown,
    });
    expect((await run(...mask, 'out.jsonl', '--skip-bad')).code).toBe(0);
  });

  it('that holds far more than its size says stays within the memory', async () => {
    const text = 'a'.repeat(30_000_000);
    const content = parquetWriteBuffer({
      columnData: [{ name: 'text', data: Array<string>(20).fill(text), type: 'STRING' }],
      codec: 'SNAPPY',
    });
    expect(content.byteLength).toBeLessThan(2_000_000);
    fs.writeFileSync(path.join(folder, 'b.parquet'), Buffer.from(content));
    const { code, output } = await run('profile', '--data', 'b.parquet', 'a.txt');
    expect(code).toBe(0);
    expect(output).toMatch(/b\.parquet, line 1: .*more\s+than 16,000,000\s+characters/s);
  });
});

describe('an absurd model', () => {
  it.each(['num_hidden_layers', 'hidden_size', 'vocab_size', 'max_position_embeddings'])(
    'with a huge %s is refused by name at once',
    async (field) => {
      change('config.json', (config) => ({ ...config, [field]: 2e12 }));
      const { code, output } = await run('check-model', 'model');
      expect(code).toBe(1);
      expect(output).toContain(field);
    },
  );

  it('with many more layers than weights is refused', async () => {
    change('config.json', (config) => ({ ...config, num_hidden_layers: 900 }));
    expect((await run('check-model', 'model')).output).toMatch(/weights do not match/);
  });

  it('with a token id far beyond its vocabulary is refused by name', async () => {
    change('tokenizer.json', (content) => {
      const tokenizer = content as { model: { vocab: Record<string, number> } };
      return {
        ...content,
        model: { ...tokenizer.model, vocab: { ...tokenizer.model.vocab, whale: 2 ** 31 } },
      };
    });
    const { code, output } = await run('check-model', 'model');
    expect(code).toBe(1);
    expect(output).toMatch(/"whale" has the id 2147483648/);
  });

  it('with tensors that share their bytes is refused by name', async () => {
    const file = path.join(model, 'model.safetensors');
    const bytes = fs.readFileSync(file);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    const first = Object.keys(header).find((name) => name !== '__metadata__')!;
    for (let i = 0; i < 100; i++) header[`copy${i}`] = header[first];
    const changed = Buffer.from(JSON.stringify(header));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(changed.length));
    fs.writeFileSync(file, Buffer.concat([size, changed, bytes.subarray(8 + length)]));
    expect((await run('check-model', 'model')).output).toMatch(/overlaps another tensor/);
  });

  it.each([
    ['onnx-313-model.onnx', /Concat_3_output_0" of node ".*" \(\w+\) is not defined/],
    ['onnxload-312-model.onnx.gz', /damaged: input "RangB_8" of node "Gather_9" \(Gather\)/],
  ])('whose ONNX file is damaged as %s is refused by what is wrong', async (name, reason) => {
    const onnx = path.join(model, 'onnx/model.onnx');
    fs.rmSync(path.join(model, 'model.safetensors'));
    fs.mkdirSync(path.dirname(onnx), { recursive: true });
    const bytes = fs.readFileSync(path.join(FIXTURES, name));
    fs.writeFileSync(onnx, name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    const checked = await run('check-model', 'model');
    expect(checked.code).toBe(1);
    expect(checked.output).toMatch(reason);
    const filled = await run('fill', 'the [MASK]', '--model', 'model');
    expect(filled.code).toBe(1);
    expect(filled.output).toMatch(/model\.onnx: ONNX Runtime cannot load the model/);
  });
});
