import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headMessage } from '../../../src/core/models/headOrigin.js';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import type { StoredTensor } from '../../../src/core/models/weights/safetensors.js';
import {
  storedFloats,
  widenTensor,
  writeSafetensors,
} from '../../../src/core/models/weights/safetensors.js';
import type { ModelFolder, ModelFolderContent } from '../../../src/node/models/modelFolder.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import { readWeightFile } from '../../../src/node/models/weightFiles.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-families-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const card = { tokenizerJson: {}, modelCard: '', withoutOnnx: true };
const positionIds: StoredTensor = {
  dtype: 'I64',
  dims: [1, 3],
  bytes: new Uint8Array(BigInt64Array.of(0n, 1n, 2n).buffer),
};
const random = (dims: number[], seed = 1): StoredTensor => {
  const count = dims.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9 + seed));
  return storedFloats({ dims, data });
};

/** A folder as the hub has it: `config.json`, an empty tokenizer, and these weights. */
function writeHubFolder(
  name: string,
  config: object,
  tensors: ReadonlyMap<string, StoredTensor>,
): string {
  const folder = path.join(root, name);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  fs.writeFileSync(path.join(folder, 'tokenizer.json'), '{}');
  fs.writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(tensors));
  return folder;
}

async function rewrite(
  read: ModelFolder,
  name = 'written',
): Promise<[string, Map<string, StoredTensor>]> {
  const folder = path.join(root, name);
  await writeModelFolder(folder, { ...read, modelCard: '', withoutOnnx: true });
  return [folder, await readWeightFile(folder, 'model.safetensors')];
}

const readConfig = (folder: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;

/** BERT's tensors as checkpoints have them: old names of norms, tied copies, poolers, buffers. */
function bertCheckpoint(): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>([
    ['bert.embeddings.position_ids', positionIds],
    ['bert.pooler.dense.weight', random([32, 32])],
    ['bert.pooler.dense.bias', random([32])],
    ['cls.seq_relationship.weight', random([2, 32])],
  ]);
  for (const [name, tensor] of initializeParameters(tinyModelConfig('bert'), 5)) {
    const old = name
      .replace('LayerNorm.weight', 'LayerNorm.gamma')
      .replace('LayerNorm.bias', 'LayerNorm.beta');
    tensors.set(old, storedFloats(tensor));
  }
  const copy = (from: string, to: string): void => void tensors.set(to, tensors.get(from)!);
  copy('bert.embeddings.word_embeddings.weight', 'cls.predictions.decoder.weight');
  copy('cls.predictions.bias', 'cls.predictions.decoder.bias');
  return tensors;
}

const bertFolder = (): string => writeHubFolder('hub', tinyModelConfig('bert'), bertCheckpoint());

describe('model folders of every family', () => {
  it.each(FAMILIES)('hold %s with each head under its own class', async (family) => {
    const config = tinyModelConfig(family);
    for (const head of ['masked-lm', 'sequence', 'token'] as const) {
      const options = { head, labelCount: 3 };
      const folder = path.join(root, head);
      const parameters = initializeParameters(config, 2, options);
      const model = createModel(config, options);
      const configJson = { num_labels: 3 };
      await writeModelFolder(folder, { ...card, config, model, configJson, parameters });
      const read = await readModelFolder(folder);
      expect(read.model.heads[0].kind).toBe(head);
      expect(read.parameters).toEqual(parameters);
      expect(read.newParameters).toEqual([]);
      const stored = await readWeightFile(folder, 'model.safetensors');
      expect([...stored.keys()]).toEqual([...parameters.keys()]);
    }
    const classes = ['masked-lm', 'sequence', 'token'].map(
      (head) => readConfig(path.join(root, head))['architectures'],
    );
    expect(classes).toEqual([
      [expect.stringMatching(/^[A-Z]\w+ForMaskedLM$/)],
      [expect.stringMatching(/ForSequenceClassification$/)],
      [expect.stringMatching(/ForTokenClassification$/)],
    ]);
  });

  it('give a checkpoint back tensor by tensor, in its order and spelling', async () => {
    const tensors = bertCheckpoint();
    const config = tinyModelConfig('bert');
    const folder = writeHubFolder('hub', { ...config, transformers_version: '4.1' }, tensors);
    const [written, stored] = await rewrite(await readModelFolder(folder));
    expect([...stored.keys()]).toEqual([...tensors.keys()]);
    for (const [name, tensor] of tensors) {
      const { dtype, dims, bytes } = stored.get(name)!;
      expect({ dtype, dims }, name).toEqual({ dtype: tensor.dtype, dims: tensor.dims });
      expect(Buffer.compare(bytes, tensor.bytes), name).toBe(0);
    }
    expect(readConfig(written)['transformers_version']).toBe('4.1');
  });

  it('write a trained parameter under each of its names', async () => {
    const folder = bertFolder();
    const read = await readModelFolder(folder);
    read.parameters.get('bert.embeddings.word_embeddings.weight')!.data[7] = 42;
    read.parameters.get('cls.predictions.transform.LayerNorm.weight')!.data[3] = 43;
    const [, stored] = await rewrite(read);
    expect(widenTensor(stored.get('cls.predictions.decoder.weight')!).data[7]).toBe(42);
    expect(widenTensor(stored.get('bert.embeddings.word_embeddings.weight')!).data[7]).toBe(42);
    expect(widenTensor(stored.get('cls.predictions.transform.LayerNorm.gamma')!).data[3]).toBe(43);
  });

  it('take half precision and bfloat16 for the values that they are', async () => {
    const config = tinyModelConfig('bert');
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { dims, data }] of initializeParameters(config, 5)) {
      const bits = new Uint32Array(data.buffer.slice(0));
      const bytes = new Uint8Array(Uint16Array.from(bits, (b) => b >>> 16).buffer);
      tensors.set(name, { dtype: 'BF16', dims, bytes });
    }
    const { parameters } = await readModelFolder(writeHubFolder('hub', config, tensors));
    for (const [name, { data }] of initializeParameters(config, 5)) {
      const read = parameters.get(name)!.data;
      data.forEach((value, i) => {
        expect(Math.abs(read[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 128);
      });
    }
  });

  it('make a classifier of a masked language model, the same for the same seed', async () => {
    const folder = bertFolder();
    const labels = { labels: ['no', 'yes'], problemType: 'single_label_classification' } as const;
    const read = await readModelFolder(folder, { head: 'sequence', labels, seed: 3 });
    expect(read.newParameters).toEqual(['classifier.weight', 'classifier.bias']);
    const again = await readModelFolder(folder, { head: 'sequence', labels, seed: 3 });
    expect(again.parameters).toEqual(read.parameters);
    const [written, stored] = await rewrite(read);
    // The head that was left is gone, and what belongs to the encoder stays.
    expect([...stored.keys()].filter((name) => name.startsWith('cls.'))).toEqual([]);
    expect(stored.has('bert.embeddings.position_ids')).toBe(true);
    expect(readConfig(written)).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      id2label: { 0: 'no', 1: 'yes' },
      label2id: { no: 0, yes: 1 },
      num_labels: 2,
      problem_type: 'single_label_classification',
    });
    const back = await readModelFolder(written);
    expect(back.model).toMatchObject({ heads: [{ kind: 'sequence', outputSize: 2 }] });
    expect(back.parameters).toEqual(read.parameters);
  });

  it.each(FAMILIES)('keep several heads of %s with their labels and names', async (family) => {
    const config = tinyModelConfig(family);
    const folder = path.join(root, 'bare');
    const stored = initializeParameters(config, 2);
    await writeModelFolder(folder, { ...card, config, parameters: stored });
    const topic = { name: 'topic', kind: 'sequence', labels: ['a', 'b', 'c'] } as const;
    const read = await readModelFolder(folder, {
      furtherHeads: [topic, { name: 'tags', kind: 'token', labels: ['x', 'y'] }],
      seed: 3,
    });
    const sizes = read.model.heads.map(({ name, outputSize }) => [name, outputSize]);
    expect(sizes).toEqual([
      ['masked-lm', config.vocab_size],
      ['topic', 3],
      ['tags', 2],
    ]);
    const names = read.model.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(read.newParameters.filter((name) => stored.has(name))).toEqual([]);
    for (const [name, values] of stored) expect(read.parameters.get(name)).toEqual(values);

    const written = path.join(root, 'several');
    await writeModelFolder(written, { ...card, ...read });
    const back = await readModelFolder(written);
    expect(back.model.heads).toEqual(read.model.heads);
    expect(back.parameters).toEqual(read.parameters);
    expect(back.newParameters).toEqual([]);

    // Other labels replace one head and keep the others.
    const other = { ...topic, labels: ['d', 'e', 'f'] };
    const renewed = await readModelFolder(written, { furtherHeads: [other], seed: 4 });
    expect(renewed.newParameters).toEqual(read.model.heads[1]!.parameters.slice(-2));
    // Read with one head, the folder is as if it never had others.
    const single = await readModelFolder(written, { head: 'masked-lm' });
    expect(single.model.heads).toEqual([read.model.heads[0]]);
    expect(single.configJson).not.toHaveProperty('masklab_heads');
  });

  it('refuse a list of heads that cannot be read, and heads of one name', async () => {
    const folder = path.join(root, 'broken');
    const config = tinyModelConfig('bert');
    const parameters = initializeParameters(config, 2);
    const configJson = { masklab_heads: [{ name: 'topic' }] };
    await writeModelFolder(folder, { ...card, config, configJson, parameters });
    await expect(readModelFolder(folder)).rejects.toThrow('masklab_heads');
    const topic = { name: 'topic', kind: 'sequence', labels: ['a', 'b'] } as const;
    await expect(readModelFolder(folder, { furtherHeads: [topic, topic] })).rejects.toMatchObject({
      data: { code: 'UserInput' },
    });
  });

  describe('a trained classifier', () => {
    const names = ['classifier.out_proj.weight', 'classifier.out_proj.bias'] as const;
    const [, bias] = names;

    async function trained(
      labels: readonly string[] | null,
      fields: Record<string, unknown> = {},
    ): Promise<{ folder: string; stored: ModelFolder['parameters'] }> {
      const config = tinyModelConfig('roberta');
      const folder = writeHubFolder('hub', config, new Map());
      const options = { head: 'sequence', labelCount: labels?.length ?? 2 } as const;
      const stored = initializeParameters(config, 4, options);
      stored.get(bias)!.data.forEach((_, i, data) => (data[i] = i + 1));
      const id2label = labels && { id2label: Object.fromEntries(labels.entries()) };
      await writeModelFolder(folder, {
        ...{ ...card, config, model: createModel(config, options), parameters: stored },
        configJson: { ...id2label, ...fields },
      });
      return { folder, stored };
    }
    const read = (folder: string, labels: string[], options = {}): Promise<ModelFolder> =>
      readModelFolder(folder, { head: 'sequence', labels: { labels }, ...options });
    const rowsOf = (parameters: ModelFolder['parameters'], name: string): number[][] => {
      const { dims, data } = parameters.get(name)!;
      const width = data.length / dims[0]!;
      return Array.from({ length: dims[0]! }, (_, row) => [
        ...data.subarray(row * width, (row + 1) * width),
      ]);
    };
    const told = ({ headOrigin }: ModelFolder): string =>
      renderMessage(headMessage(headOrigin!), ENGLISH);

    it('is kept for the same labels', async () => {
      const { folder, stored } = await trained(['no', 'yes']);
      const kept = await read(folder, ['no', 'yes']);
      expect(kept.newParameters).toEqual([]);
      expect(kept.parameters).toEqual(stored);
      expect(told(kept)).toBe('Trained head kept for no and yes.');
    });

    it('is kept with its rows reordered for the same labels in another order', async () => {
      const { folder, stored } = await trained(['a', 'b', 'c']);
      const kept = await read(folder, ['c', 'a', 'b']);
      expect(kept.newParameters).toEqual([]);
      for (const name of names) {
        const [a, b, c] = rowsOf(stored, name);
        expect(rowsOf(kept.parameters, name)).toEqual([c, a, b]);
      }
      expect(told(kept)).toBe(
        'Trained head kept: its outputs are reordered to the labels of the data (c, a, and b).',
      );
    });

    it('is extended for further labels, and narrowed for fewer', async () => {
      const { folder, stored } = await trained(['a', 'b']);
      const other = await read(folder, ['b', 'c', 'd'], { newHead: 'zeros' });
      for (const name of names) {
        const [, b] = rowsOf(stored, name);
        const zeros = b!.map(() => 0);
        expect(rowsOf(other.parameters, name)).toEqual([b, zeros, zeros]);
      }
      expect(told(other)).toBe(
        'Trained head extended: kept for b, new for c and d. No row has the labels a, so the head no longer predicts them.',
      );
    });

    it('is taken in its order if its labels have no names', async () => {
      const { folder, stored } = await trained(null);
      const kept = await read(folder, ['no', 'yes']);
      expect(kept.parameters).toEqual(stored);
      expect(told(kept)).toMatch(/no names/);
    });

    it('is replaced for other labels, and for those of another kind', async () => {
      const { folder } = await trained(['no', 'yes']);
      const replaced = await read(folder, ['x', 'y', 'z']);
      expect(replaced.newParameters).toEqual(names);
      expect(told(replaced)).toMatch(/^New head: the model was trained for other labels/);
      fs.rmSync(folder, { recursive: true });
      const numbers = await trained(['score'], { problem_type: 'regression' });
      const labels = { labels: ['score'], problemType: 'single_label_classification' as const };
      expect((await read(numbers.folder, [], { labels })).newParameters).toEqual(names);
    });

    it('starts from zeros or from random values where it is new', async () => {
      const folder = bertFolder();
      const zeros = await read(folder, ['a', 'b'], { newHead: 'zeros' });
      expect(new Set(zeros.parameters.get('classifier.weight')!.data)).toEqual(new Set([0]));
      expect(told(zeros)).toBe('New head: the model has no trained output layer for a and b.');
      const drawn = await read(folder, ['a', 'b']);
      expect(new Set(drawn.parameters.get('classifier.weight')!.data).size).toBeGreaterThan(8);
    });
  });

  it('read a checkpoint of the bare encoder, and say when a head is lacking', async () => {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, tensor] of bertCheckpoint()) {
      if (name.startsWith('bert.')) tensors.set(name.slice('bert.'.length), tensor);
    }
    const folder = writeHubFolder('hub', tinyModelConfig('bert'), tensors);
    const labels = { labels: ['A', 'B', 'C'] };
    const read = await readModelFolder(folder, { head: 'token', labels });
    expect(read.newParameters).toEqual(['classifier.weight', 'classifier.bias']);
    const [, stored] = await rewrite(read);
    expect(stored.has('bert.pooler.dense.weight')).toBe(true);
    expect(stored.has('bert.embeddings.LayerNorm.gamma')).toBe(true);
    await expect(readModelFolder(folder)).rejects.toThrow(/no masked-language head/);
    await expect(readModelFolder(folder, { head: 'token' })).rejects.toThrow(
      /no head for this task/,
    );
  });

  it('carry the tokenizer with all that belongs to it', async () => {
    const folder = bertFolder();
    fs.writeFileSync(path.join(folder, 'special_tokens_map.json'), '{"mask_token": "<mask>"}');
    fs.writeFileSync(path.join(folder, 'merges.txt'), 'a b');
    fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), '{"model_max_length": 7}');
    const [written] = await rewrite(await readModelFolder(folder));
    const read = (name: string): string => fs.readFileSync(path.join(written, name), 'utf8');
    expect(read('special_tokens_map.json')).toBe('{"mask_token": "<mask>"}');
    expect(read('merges.txt')).toBe('a b');
    expect(JSON.parse(read('tokenizer_config.json'))).toMatchObject({ model_max_length: 7 });
  });
});

describe('model folders with an export alone', () => {
  const config = tinyModelConfig('distilbert');
  const classifier = { head: 'sequence', labelCount: 2 } as const;

  /** A folder without weights, whose graph has this head. Default: the masked language model's. */
  async function exported(
    parameters = initializeParameters(config, 6),
    more: Partial<ModelFolderContent> = {},
  ): Promise<string> {
    const folder = path.join(root, 'exported');
    const content = { config, parameters, tokenizerJson: {}, modelCard: '' };
    await writeModelFolder(folder, { ...content, ...more });
    fs.rmSync(path.join(folder, 'model.safetensors'));
    return folder;
  }
  const classifierParameters = (): ModelFolder['parameters'] =>
    initializeParameters(config, 6, classifier);
  const exportedClassifier = (configJson: Record<string, unknown> = {}): Promise<string> =>
    exported(classifierParameters(), { model: createModel(config, classifier), configJson });

  /** Writes a folder that was read, with its graph. */
  async function written(read: ModelFolder, name = 'written'): Promise<string> {
    const folder = path.join(root, name);
    await writeModelFolder(folder, { ...read, modelCard: '' });
    return folder;
  }

  it('are imported, trained and written back as the same graph', async () => {
    const read = await readModelFolder(await exported());
    expect(read).toMatchObject({
      config: null,
      model: { family: 'distilbert', heads: [{ kind: 'masked-lm' }] },
    });
    const [name, tensor] = [...read.parameters].find(([, { dims }]) => dims.length === 2)!;
    tensor.data[5] = 42;
    const again = await written(read);
    expect(fs.existsSync(path.join(again, 'model.safetensors'))).toBe(false);
    const back = await readModelFolder(again);
    expect(back.parameters.get(name)!.data[5]).toBe(42);
    expect([...back.parameters.keys()]).toEqual([...read.parameters.keys()]);
  });

  it('put the rows of their classifier into the order of the labels', async () => {
    const folder = await exportedClassifier({ id2label: { 0: 'yes', 1: 'no' } });
    const read = await readModelFolder(folder, {
      head: 'sequence',
      labels: { labels: ['no', 'yes'] },
    });
    expect(read.headOrigin!.rows).toEqual([1, 0]);
    const stored = classifierParameters().get('classifier.weight')!;
    const width = stored.dims[1]!;
    const reordered = [...stored.data.subarray(width), ...stored.data.subarray(0, width)];
    expect([...read.parameters.get('classifier.weight')!.data]).toEqual(reordered);
  });

  it('get a new head for labels, which is written with them and continues', async () => {
    const folder = await exported();
    const read = await readModelFolder(folder, {
      head: 'sequence',
      labels: { labels: ['a', 'b'] },
    });
    const created = ['pre_classifier', 'classifier'].flatMap((name) => [
      ...[`${name}.weight`, `${name}.bias`],
    ]);
    expect(read).toMatchObject({
      newParameters: created,
      headOrigin: { rows: [null, null], stored: null },
      configJson: { id2label: { 0: 'a', 1: 'b' } },
    });
    const trained = await written(read, 'trained');

    // The row of a label that is still there continues, in a head of another size.
    const labels = { labels: ['c', 'b', 'd'] };
    const more = await readModelFolder(trained, { head: 'sequence', labels });
    expect(more).toMatchObject({
      newParameters: [],
      headOrigin: { rows: [null, 1, null], stored: ['a', 'b'] },
    });
    const [before, after] = [read, more].map(({ parameters }) => parameters);
    const width = before!.get('classifier.weight')!.dims[1]!;
    const row = (of: typeof before, i: number): Float32Array =>
      of!.get('classifier.weight')!.data.slice(i * width, (i + 1) * width);
    expect(row(after, 1)).toEqual(row(before, 1));
    expect(after!.get('pre_classifier.weight')).toEqual(before!.get('pre_classifier.weight'));

    const tags = await readModelFolder(trained, { head: 'token', labels });
    expect(tags).toMatchObject({
      model: { heads: [{ kind: 'token', outputSize: 3 }] },
      newParameters: ['classifier.weight', 'classifier.bias'],
      headOrigin: { stored: null },
    });
    const zeros = await readModelFolder(folder, { head: 'token', labels, newHead: 'zeros' });
    expect(zeros.parameters.get('classifier.weight')!.data.every((x) => x === 0)).toBe(true);
  });

  it('name the last layer if it cannot be found', async () => {
    // Our classifiers compute their last layer for first tokens alone.
    const folder = await exportedClassifier();
    const labels = { labels: ['a', 'b', 'c'] };
    await expect(readModelFolder(folder, { head: 'sequence', labels })).rejects.toThrow(
      /needs the output of the last layer/,
    );
  });

  it('refuse to fill masks with another head', async () => {
    const folder = await exported();
    const read = await readModelFolder(folder, { head: 'token', labels: { labels: ['a'] } });
    await expect(readModelFolder(await written(read), { head: 'masked-lm' })).rejects.toThrow(
      /of the kind token instead of/,
    );
  });
});
