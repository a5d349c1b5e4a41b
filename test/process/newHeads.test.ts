import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFolder } from '../../src/node/models/modelFolder.js';
import { writeExportedFolder } from '../support/exportedFolder.js';
import { masklab } from './commandLine.js';

let root: string;
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-new-heads-'));
  writeExportedFolder(path.join(root, 'bare'), { isBare: true });
  writeExportedFolder(path.join(root, 'masked'), { isBare: false });
  const fillers = ['a', 'film', 'lot', 'a film', 'a lot', 'film a', 'lot a'];
  const rows = fillers.flatMap((before) =>
    fillers.flatMap((after) =>
      ['good', 'bad'].map((word) => ({
        text: `${before} ${word} ${after}`,
        ...{ label: word === 'good' ? 'yes' : 'no', stars: word === 'good' ? 1 : 0 },
      })),
    ),
  );
  const table = (column: 'label' | 'stars'): string =>
    [`text,${column}`, ...rows.map((row) => `${row.text},${row[column]}`)].join('\n');
  fs.writeFileSync(path.join(root, 'labels.csv'), table('label'));
  fs.writeFileSync(path.join(root, 'stars.csv'), table('stars'));
  const tagged = rows.map(({ text }) =>
    text
      .split(' ')
      .map((word) => `${word} ${/good|bad/.test(word) ? 'B-X' : 'O'}`)
      .join('\n'),
  );
  fs.writeFileSync(path.join(root, 'tags.conll'), `${tagged.join('\n\n')}\n`);
});
afterAll(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

async function train(model: string, data: string, task: string): Promise<string> {
  const { output, code } = await masklab(root, [
    ...['train', '--data', data, '--model', model, '--task', task, '--name', `${model}-${task}`],
    ...['--epochs', '5', '--batch-size', '8', '--max-length', '16', '--learning-rate', '5e-3'],
  ]);
  expect(code, output).toBe(0);
  const runs = path.join(root, '.masklab/runs');
  const [run] = fs.readdirSync(runs).filter((name) => name.includes(task));
  return path.join(runs, run!);
}

describe('a new head', () => {
  it('is never left as it was before training, even where training only makes it worse', async () => {
    const labels = fs.readFileSync(path.join(root, 'labels.csv'), 'utf8');
    // A head of zeros predicts the first label, “no”, and is right; what the words say is wrong.
    const reversed = labels
      .split('\n')
      .filter((line) => !line.endsWith(',no'))
      .map((line) => line.replace(/^(.*),yes$/, 'film $1 lot,no'))
      .join('\n');
    fs.mkdirSync(path.join(root, 'reversed'));
    fs.writeFileSync(path.join(root, 'reversed/train.csv'), labels);
    fs.writeFileSync(path.join(root, 'reversed/validation.csv'), reversed);
    const { output, code } = await masklab(root, [
      ...['train', '--data', 'reversed', '--model', 'masked', '--name', 'reversed'],
      ...['--epochs', '5', '--batch-size', '8', '--max-length', '16', '--learning-rate', '5e-3'],
      ...['--evaluate-every', '1000'],
    ]);
    expect(code, output).toBe(0);
    const runs = path.join(root, '.masklab/runs');
    const run = fs.readdirSync(runs).find((name) => name.includes('reversed'))!;
    const { best, before, latest } = JSON.parse(
      fs.readFileSync(path.join(runs, run, 'state.json'), 'utf8'),
    ) as Record<'best' | 'before' | 'latest', Record<string, number>>;
    expect(latest['loss']).toBeGreaterThan(before['loss']!);
    expect(best['step']).toBeGreaterThan(0);
  });
});

describe('an export', () => {
  it('without a head is said to need one', async () => {
    const checked = await masklab(root, ['check-model', 'bare']);
    expect(checked.output).toMatch(/predicts +nothing yet: labels, numbers or tags after training/);
    expect(checked.output).toMatch(/trainable +yes/);
  });

  it('without a head gets a classifier, which is exported with it', async () => {
    const run = await train('bare', 'labels.csv', 'classification');
    const model = path.join(run, 'model');
    expect(fs.readFileSync(path.join(run, 'log.jsonl'), 'utf8')).toContain('models.headNew');
    const { configJson, model: read } = await readModelFolder(model);
    expect(configJson['architectures']).toEqual(['DebertaV2ForSequenceClassification']);
    expect(read.heads[0]).toMatchObject({ kind: 'sequence', outputSize: 2 });
    expect(read.heads[0].parameters).toEqual([
      ...['pooler.dense.weight', 'pooler.dense.bias', 'classifier.weight', 'classifier.bias'],
    ]);
    const text = 'a good film';
    const predicted = await masklab(root, ['predict', '--model', run, '--json', text]);
    expect(JSON.parse(predicted.output)).toMatchObject({ labels: ['yes'] });

    const exported = await masklab(root, ['export', run, '--to', 'exported']);
    expect(exported.code, exported.output).toBe(0);
    const again = await masklab(root, ['predict', '--model', 'exported', '--json', text]);
    expect(again.output).toBe(predicted.output);

    const safetensors = ['export', run, '--to', 'weights', '--format', 'safetensors'];
    const refused = await masklab(root, safetensors);
    expect(refused.output).toContain('is an ONNX export and cannot be exported as safetensors');
    expect(fs.existsSync(path.join(root, 'weights'))).toBe(false);
  });

  it('is exported with smaller weights, compared with its own, for transformers.js', async () => {
    const run = await train('masked', 'labels.csv', 'classification');
    for (const [precision, file, dtype] of [
      ['int8', 'model_int8.onnx', 'int8'],
      ['float16', 'model_fp16.onnx', 'fp16'],
    ] as const) {
      const to = path.join(root, precision);
      const target = ['--to', to, '--precision', precision, '--check', 'labels.csv'];
      const exported = await masklab(root, ['export', run, ...target]);
      expect(exported.code, exported.output).toBe(0);
      expect(exported.output).toMatch(/float32 +[\d.]+ kB +[\d.]+ ms per batch +accuracy/);
      expect(exported.output).toMatch(new RegExp(`${precision} +[\\d.]+ kB .* accuracy`));
      expect(fs.readdirSync(path.join(to, 'onnx'))).toEqual([file]);
      expect(fs.readFileSync(path.join(to, 'config.json'), 'utf8')).not.toContain('quantization');
      const card = fs.readFileSync(path.join(to, 'README.md'), 'utf8');
      expect(card).toContain(`| ${precision} `);
      expect(card).toContain(
        `pipeline('text-classification', '${precision}', { dtype: '${dtype}' })`,
      );
      // Neither transformers nor masklab serve loads it.
      expect(card).not.toMatch(/from transformers|masklab serve/);
      const classify = await pipeline('text-classification', to, { dtype, device: 'cpu' });
      try {
        expect(await classify('a good film')).toMatchObject([{ label: 'yes' }]);
        expect(await classify('a bad film')).toMatchObject([{ label: 'no' }]);
      } finally {
        await classify.dispose();
      }
    }
  });

  it('of a masked language model gets a head for numbers', async () => {
    const numbers = await train('masked', 'stars.csv', 'regression');
    const star = await masklab(root, ['predict', '--model', numbers, '--json', 'a good film']);
    const { numbers: found } = JSON.parse(star.output) as { numbers: { stars: number } };
    expect(found.stars).toBeGreaterThan(0.5);
  });

  it('of a masked language model gets a head for tags', async () => {
    const tags = await train('masked', 'tags.conll', 'token-classification');
    const tagged = await masklab(root, ['predict', '--model', tags, '--json', 'a bad film']);
    const { words } = JSON.parse(tagged.output) as { words: { tag: string }[] };
    expect(words.map(({ tag }) => tag)).toEqual(['O', 'B-X', 'O']);
    expect((await readModelFolder(path.join(tags, 'model'))).configJson['architectures']).toEqual([
      'DebertaV2ForTokenClassification',
    ]);
  });
});
