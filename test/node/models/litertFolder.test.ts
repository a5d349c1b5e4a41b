import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/node/models/exportModel.js';
import { exportBytes, exportConfig } from '../../support/importedFixtures.js';
import { tinyTokenizerJson, writeTinyModel } from '../../support/tinyModel.js';

const TEXT = 'Some years ago the whale and the ship met at sea, and the whale won.';

let folder: string;
let model: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-litert-'));
  model = path.join(folder, 'model');
  await writeTinyModel(model, TEXT);
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const place = (name: string): string => path.join(folder, name);

function facts(to: string): {
  model: string;
  precision: string;
  bytes: number;
  signatures: { name: string; inputs: { name: string }[] }[];
} {
  return JSON.parse(fs.readFileSync(path.join(to, 'litert.json'), 'utf8')) as ReturnType<
    typeof facts
  >;
}

describe('a LiteRT folder', () => {
  it('has the model, its signatures, the tokenizer, the configuration and a card', async () => {
    const to = place('plain');
    await exportModel({ modelFolder: model, to, format: 'litert' });
    expect(fs.readdirSync(to).sort()).toEqual([
      ...['README.md', 'config.json', 'litert.json', 'model.tflite'],
      ...['tokenizer.json', 'tokenizer_config.json'],
    ]);
    const { signatures, bytes, precision } = facts(to);
    // The model has 64 positions.
    expect(signatures.map(({ name }) => name)).toEqual(['length_32']);
    expect(bytes).toBe(fs.statSync(path.join(to, 'model.tflite')).size);
    expect(precision).toBe('float32');
    const card = fs.readFileSync(path.join(to, 'README.md'), 'utf8');
    expect(card).toMatch(/^A tiny model for tests\.\n\n## LiteRT\n/);
    expect(card).toContain('| `length_32` | `input_ids` int32 [1, 32],');
    expect(card).toContain('input_ids: new Tensor(inputIds, [1, 32]),');
    expect(card).toContain('older than TensorFlow Lite 2.9');
  });

  it('takes lengths in any order, masked rows and 8-bit weights', async () => {
    const to = place('chosen');
    const lengths = [24, 8, 24];
    await exportModel({
      ...{ modelFolder: model, to, format: 'litert', precision: 'int8', lengths, maskedRows: 2 },
    });
    const { signatures, bytes, precision } = facts(to);
    expect(signatures.map(({ name }) => name)).toEqual(['length_8', 'length_24']);
    expect(signatures[0]!.inputs.at(-1)!.name).toBe('positions');
    expect(precision).toBe('int8');
    expect(bytes).toBeLessThan(facts(place('plain')).bytes);
    const card = fs.readFileSync(path.join(to, 'README.md'), 'utf8');
    expect(card).toContain('`positions` holds 2 indices');
    expect(card).toContain('8-bit integers with one scale per row');
    expect(card).toContain('older than TensorFlow Lite 2.17');
  });

  it('is made from an ONNX export as well', async () => {
    const imported = place('imported');
    fs.mkdirSync(path.join(imported, 'onnx'), { recursive: true });
    const write = (name: string, data: string | Uint8Array): void => {
      fs.writeFileSync(path.join(imported, name), data);
    };
    write('onnx/model.onnx', exportBytes('mpnet', 'script-14'));
    write('config.json', JSON.stringify(exportConfig('mpnet')));
    write('tokenizer.json', JSON.stringify(tinyTokenizerJson(TEXT, 3)));
    const to = place('from-onnx');
    await exportModel({ modelFolder: imported, to, format: 'litert', lengths: [8] });
    expect(facts(to).signatures.map(({ name }) => name)).toEqual(['length_8']);
  });

  it('leaves nothing behind if it is refused', async () => {
    const to = place('refused');
    const request = { modelFolder: model, to, format: 'litert' } as const;
    await expect(exportModel({ ...request, precision: 'float16' })).rejects.toThrow(
      /float32 or int8/,
    );
    await expect(exportModel({ ...request, lengths: [65] })).rejects.toThrow(
      /length 65; the longest is 64/,
    );
    const before = fs.readdirSync(folder);
    expect(before).not.toContain('refused');
    expect(before.filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});
