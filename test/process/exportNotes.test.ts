import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../src/core/graph/onnx.js';
import { exportBytes, exportConfig } from '../support/importedFixtures.js';
import { tinyTokenizerJson } from '../support/tinyModel.js';
import { masklab } from './commandLine.js';

const FROZEN = '1 tensor of the export is frozen and stays as it is: onnx::Mul_900.';
const TIED =
  '1 group of parameters is tied, because the exporter merged equal ones: bert.encoder.layer.0.attention.self.query.bias = bert.encoder.layer.1.attention.self.query.bias.';

let root: string;
let model: string;
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-notes-'));
  model = path.join(root, 'model');
  fs.mkdirSync(path.join(model, 'onnx'), { recursive: true });
  const json = (file: string, value: unknown): void => {
    fs.writeFileSync(path.join(model, file), JSON.stringify(value));
  };
  json('config.json', exportConfig('bert'));
  json('tokenizer.json', tinyTokenizerJson('abc abc ab', 3));
  fs.writeFileSync(path.join(model, 'onnx/model.onnx'), exportWithNotes());
  fs.writeFileSync(path.join(root, 'a.txt'), 'ab abc ab.\n\n'.repeat(60));
});
afterAll(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

/** An export with an unnamed factor, and with two biases that the exporter merged. */
function exportWithNotes(): Uint8Array {
  const graph = decodeModel(exportBytes('bert', 'script-17'), 'model.onnx');
  const [kept = '', merged = ''] = [0, 1].map(
    (layer) => `bert.encoder.layer.${layer}.attention.self.query.bias`,
  );
  graph.constants.delete(merged);
  const copy = { op: 'Identity', domain: '', name: 'copy', attributes: {} };
  graph.constant('onnx::Mul_900', { type: 'float32', dims: [], data: Float32Array.of(1.1) });
  const scaled = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
  const [value = ''] = scaled.outputs;
  scaled.outputs = [`${value}.plain`];
  graph.nodes.splice(graph.nodes.indexOf(scaled) + 1, 0, {
    ...{ op: 'Mul', domain: '', name: 'factors', attributes: {} },
    ...{ inputs: [`${value}.plain`, 'onnx::Mul_900'], outputs: [value] },
  });
  graph.nodes.unshift({ ...copy, inputs: [kept], outputs: [merged] });
  return encodeModel(graph);
}

describe('frozen and tied parameters of an export', () => {
  it('are named by check-model and by an estimate', async () => {
    const checked = await masklab(root, ['check-model', model]);
    const estimated = await masklab(root, ['estimate', '--data', 'a.txt', '--model', model]);
    for (const note of [FROZEN, TIED]) {
      expect(checked.output).toContain(`note          ${note}`);
      expect(estimated.output).toContain(`note           ${note}`);
    }
  });

  it('are named before the first step of a run, and in its log', async () => {
    const flags = ['--data', 'a.txt', '--model', model, '--epochs', '1'];
    const { output } = await masklab(root, ['train', ...flags]);
    for (const note of [FROZEN, TIED]) {
      expect(output).toContain(`Warning: ${note}`);
      expect(output.indexOf(note)).toBeLessThan(output.indexOf('step 1'));
    }
    const runs = path.join(root, '.masklab/runs');
    const log = fs.readFileSync(path.join(runs, fs.readdirSync(runs)[0]!, 'log.jsonl'), 'utf8');
    expect(log.indexOf('models.frozenInExport')).toBeGreaterThan(-1);
    expect(log.indexOf('models.mergedInExport')).toBeLessThan(log.indexOf('training.started'));
  });
});
