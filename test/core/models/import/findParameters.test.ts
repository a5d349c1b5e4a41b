import { describe, expect, it } from 'vitest';
import { findParameters, importNotes } from '../../../../src/core/models/import/findParameters.js';
import { ExportWriter } from '../../../support/randomEncoder/exportWriter.js';
import { randomEncoder } from '../../../support/randomEncoder/randomEncoder.js';
import { decodeModel } from '../../../../src/core/graph/onnx.js';

/** Hidden states times every given initializer. */
function scaledBy(names: Readonly<Record<string, readonly number[]>>): ExportWriter {
  const w = new ExportWriter(17, 1);
  const ids = w.graph.input('input_ids', 'int64', ['batch', 'length']);
  let x = w.node('Gather', [w.weight('embeddings.word_embeddings.weight', [9, 4]), ids]);
  for (const [name, dims] of Object.entries(names)) x = w.node('Mul', [x, w.weight(name, dims)]);
  w.graph.outputs.push(x);
  return w;
}

describe('parameters of an export', () => {
  it('are scales, factors, temperatures, mixes and tables by the names of modules', () => {
    const learned = {
      'encoder.layer.0.layer_scale': [4],
      'encoder.layer.0.ls1.gamma_1': [1, 1, 4],
      'encoder.layer.0.attn.temperature': [],
      'encoder.layer.0.logit_scale': [1],
      'encoder.pos_embed': [1, 1, 4],
      residual_factor: [],
      // Folded from a parameter, such as 1 + γ.
      'onnx::Mul_71': [1, 4],
    };
    const frozen = {
      'encoder.rotary_emb.inv_freq': [4],
      'encoder.layer.0.attn.causal_mask': [4],
      'encoder.alibi': [4],
      'onnx::Mul_72': [1],
    };
    const { graph } = scaledBy({ ...learned, ...frozen });
    const { specs, bindings } = findParameters(graph);
    expect(specs.map(({ name }) => name)).toEqual([
      'embeddings.word_embeddings.weight',
      ...Object.keys(learned),
    ]);
    // Vectors and numbers are not decayed.
    const kinds = new Set(specs.slice(1).map(({ kind }) => kind));
    expect([...kinds]).toEqual(['normScale']);
    expect(importNotes(graph, new Set(bindings.keys())).frozen).toEqual(Object.keys(frozen));
  });

  it('are not the constants that an exporter names after operators', () => {
    const { graph } = scaledBy({ sqrt: [], scalar_tensor_default: [] });
    graph.nodes = graph.nodes.map((node) => ({
      ...node,
      metadata: { namespace: ': Model/x: Op' },
    }));
    expect(findParameters(graph).specs).toHaveLength(1);
  });

  it('that the exporter merged are named', () => {
    const w = scaledBy({ 'encoder.layer.0.norm.weight': [4] });
    const [x = ''] = w.graph.outputs;
    w.graph.nodes.push({
      ...{ op: 'Identity', domain: '', name: '', attributes: {} },
      inputs: ['encoder.layer.0.norm.weight'],
      outputs: ['encoder.layer.1.norm.weight'],
    });
    w.graph.outputs[0] = w.node('Mul', [x, 'encoder.layer.1.norm.weight']);
    const { bindings } = findParameters(w.graph);
    expect(importNotes(w.graph, new Set(bindings.keys())).merged).toEqual([
      { name: 'encoder.layer.0.norm.weight', others: ['encoder.layer.1.norm.weight'] },
    ]);
  });

  it('are found in drawn encoders, none left out but sines and rotations', () => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = decodeModel(randomEncoder(seed).bytes, 'model.onnx');
      const { bindings } = findParameters(graph);
      const { frozen } = importNotes(graph, new Set(bindings.keys()));
      expect(frozen.filter((name) => !name.startsWith('onnx::'))).toEqual([]);
    }
  });
});
