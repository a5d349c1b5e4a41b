import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { quantizeRows } from '../../../src/core/models/weights/quantization.js';
import { scaleRows } from '../../../src/core/models/weights/safetensors.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import { tinyBert } from '../../support/bert.js';
import { inEnglish } from '../../support/inEnglish.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-model-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const parameters = initializeParameters(tinyBert, 1);
const content = {
  config: tinyBert,
  configJson: { transformers_version: '4.0.0' },
  tokenizerJson: { version: '1.0' },
  parameters,
  modelCard: '# Tiny\n',
};

/** A file of weights with one tensor of these dims, and four bytes. */
function tensorOf(shape: readonly number[]): Buffer {
  const header = JSON.stringify({ x: { dtype: 'F32', shape, data_offsets: [0, 4] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(4)]);
}

async function failure(folder: string): Promise<AppError> {
  const thrown: unknown = await readModelFolder(folder).catch((error: unknown) => error);
  if (!(thrown instanceof AppError)) throw new Error(`no AppError: ${String(thrown)}`);
  return thrown;
}

describe('model folders', () => {
  it('reads back what it wrote, unknown configuration fields included', async () => {
    const folder = path.join(root, 'tiny');
    await writeModelFolder(folder, content);
    const read = await readModelFolder(folder);
    expect(read.config).toEqual(tinyBert);
    expect(read.configJson).toMatchObject({
      transformers_version: '4.0.0',
      architectures: ['BertForMaskedLM'],
    });
    expect(read.parameters).toEqual(parameters);
    expect(fs.readdirSync(root)).toEqual(['tiny']);
    expect(fs.existsSync(path.join(folder, 'onnx/model.onnx'))).toBe(true);
    expect(fs.readFileSync(path.join(folder, 'README.md'), 'utf8')).toBe('# Tiny\n');
  });

  it('replaces a folder as a whole', async () => {
    const folder = path.join(root, 'tiny');
    await writeModelFolder(folder, content);
    fs.writeFileSync(path.join(folder, 'stale.txt'), '');
    const other = initializeParameters(tinyBert, 2);
    await writeModelFolder(folder, { ...content, parameters: other });
    expect(fs.existsSync(path.join(folder, 'stale.txt'))).toBe(false);
    expect((await readModelFolder(folder)).parameters).toEqual(other);
  });

  it('stores half precision to within its rounding', async () => {
    const folder = path.join(root, 'half');
    await writeModelFolder(folder, {
      ...content,
      form: { precision: 'float16' },
      withoutOnnx: true,
    });
    const name = 'bert.embeddings.word_embeddings.weight';
    const read = (await readModelFolder(folder)).parameters.get(name)!.data;
    const original = parameters.get(name)!.data;
    const worst = read.reduce((max, v, i) => Math.max(max, Math.abs(v - original[i]!)), 0);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(0.1 * 2 ** -11);
  });

  it('stores integers, which are read as floats, and writes floats again afterwards', async () => {
    const folder = path.join(root, 'int8');
    await writeModelFolder(folder, { ...content, form: { precision: 'int8' } });
    const config = JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8')) as object;
    expect(config).toHaveProperty('quantization_config.format', 'int-quantized');
    expect(fs.readdirSync(path.join(folder, 'onnx'))).toEqual(['model_int8.onnx']);
    const read = await readModelFolder(folder);
    expect(read.configJson).not.toHaveProperty('quantization_config');
    const name = 'bert.embeddings.word_embeddings.weight';
    const { values, scales } = quantizeRows(parameters.get(name)!);
    expect(read.parameters.get(name)!.data).toEqual(scaleRows(values, scales));

    const again = path.join(root, 'again');
    await writeModelFolder(again, { ...read, modelCard: '' });
    expect((await readModelFolder(again)).parameters).toEqual(read.parameters);
  });

  it('reads weights in shards', async () => {
    const folder = path.join(root, 'sharded');
    await writeModelFolder(folder, content);
    fs.renameSync(
      path.join(folder, 'model.safetensors'),
      path.join(folder, 'model-00001-of-00001.safetensors'),
    );
    const index = { weight_map: { x: 'model-00001-of-00001.safetensors' } };
    const file = path.join(folder, 'model.safetensors.index.json');
    fs.writeFileSync(file, JSON.stringify(index));
    expect((await readModelFolder(folder)).parameters).toEqual(parameters);
    fs.writeFileSync(file, JSON.stringify({ weight_map: { x: '../elsewhere.safetensors' } }));
    expect((await failure(folder)).data).toMatchObject({ code: 'Model', details: { path: file } });
  });

  it('says why it does not read pickles, and the lines of Python that convert them', async () => {
    const folder = path.join(root, 'old');
    await writeModelFolder(folder, { ...content, withoutOnnx: true });
    const config = path.join(folder, 'config.json');
    const stored = JSON.parse(fs.readFileSync(config, 'utf8')) as object;
    const architectures = ['BertForSequenceClassification'];
    fs.writeFileSync(config, JSON.stringify({ ...stored, architectures }));
    fs.writeFileSync(path.join(folder, 'pytorch_model.bin'), 'cos\nsystem\n');
    await readModelFolder(folder, { head: 'masked-lm' });
    // Older repositories have no tokenizer.json either.
    for (const name of ['model.safetensors', 'tokenizer.json']) {
      fs.rmSync(path.join(folder, name));
      const { message, remedy } = inEnglish(await failure(folder), 'Model');
      expect(message).toMatch(/weights only as pytorch_model\.bin\. Such files can run code/);
      const loader = 'AutoModelForSequenceClassification';
      expect(remedy).toContain(
        [
          `from transformers import ${loader}, AutoTokenizer`,
          `name = ${JSON.stringify(folder)}`,
          `${loader}.from_pretrained(name).save_pretrained("my-model")`,
          'AutoTokenizer.from_pretrained(name).save_pretrained("my-model")',
        ].join('; '),
      );
    }
  });

  it.each([
    ['models.noWeightMap', '[1'],
    ['models.noWeightMap', '{"weight_map": {"x": 1}}'],
    ['models.emptyShardIndex', '{"weight_map": {}}'],
    ['models.fileOutside', '{"weight_map": {"x": "/etc/passwd"}}'],
    ['models.fileOutside', '{"weight_map": {"x": "../other/model.safetensors"}}'],
  ])('refuses an index of shards (%s)', async (id, text) => {
    const folder = path.join(root, 'sharded');
    await writeModelFolder(folder, { ...content, withoutOnnx: true });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    fs.writeFileSync(path.join(folder, 'model.safetensors.index.json'), text);
    expect((await failure(folder)).data).toMatchObject({ details: { problem: { id } } });
  });

  it.each([
    ['a header longer than the file', Buffer.alloc(16, 0xff)],
    ['a header of exabytes', Buffer.from('00000000000000102020202020202020', 'hex')],
    ['a tensor of more bytes than there are', tensorOf([1 << 30, 1 << 30])],
    ['a tensor of negative size', tensorOf([-1, 4])],
  ])('refuses weights with %s before it allocates them', async (what, bytes) => {
    const folder = path.join(root, what.replaceAll(' ', '-'));
    await writeModelFolder(folder, { ...content, withoutOnnx: true });
    fs.writeFileSync(path.join(folder, 'model.safetensors'), bytes);
    expect((await failure(folder)).data).toMatchObject({
      details: { problem: { id: 'models.unreadableWeights' } },
    });
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])(
    'names %s where it is missing or broken',
    async (name) => {
      const folder = path.join(root, 'tiny');
      await writeModelFolder(folder, { ...content, withoutOnnx: true });
      const file = path.join(folder, name);
      const bytes = fs.readFileSync(file);
      fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2));
      expect((await failure(folder)).data).toMatchObject({
        code: 'Model',
        details: { path: file },
      });
      fs.rmSync(file);
      expect((await failure(folder)).data).toMatchObject({
        code: 'Model',
        details: { path: file },
      });
    },
  );

  it('names the folder where there is none', async () => {
    const folder = path.join(root, 'nowhere');
    expect((await failure(folder)).data).toMatchObject({
      code: 'Model',
      details: { path: folder },
    });
  });

  it('says that a model of another family cannot be trained', async () => {
    const folder = path.join(root, 'gpt');
    await writeModelFolder(folder, { ...content, withoutOnnx: true });
    fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ model_type: 'gpt2' }));
    const { message } = await failure(folder);
    expect(message).toMatch(/gpt2/);
    expect(message).toMatch(/modernbert.*onnx\/model\.onnx/);
  });
});
