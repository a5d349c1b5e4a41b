import fs from 'node:fs';
import path from 'node:path';
import { decodeModel, encodeModel } from '../../src/core/graph/onnx.js';
import { neededNodes } from '../../src/core/graph/reads.js';
import { exportBytes, exportConfig } from './importedFixtures.js';
import { tinyTokenizerJson } from './tinyModel.js';

/** Words of the vocabulary of exports, which have 61 tokens. */
const EXPORT_WORDS = 'a good bad film lot';

/** Output of the last layer of `deberta-v2/script-14`. */
const LAST_STATE = '/deberta/encoder/layer.1/output/LayerNorm/Add_1_output_0';

/** Writes a model folder with an export alone: a masked language model, or its bare encoder. */
export function writeExportedFolder(folder: string, { isBare }: { isBare: boolean }): void {
  const family = 'deberta-v2';
  fs.mkdirSync(path.join(folder, 'onnx'), { recursive: true });
  const json = (file: string, value: unknown): void => {
    fs.writeFileSync(path.join(folder, file), JSON.stringify(value));
  };
  const config = exportConfig(family);
  const architecture = isBare ? 'DebertaV2Model' : 'DebertaV2ForMaskedLM';
  json('config.json', { ...config, architectures: [architecture] });
  json('tokenizer.json', tinyTokenizerJson(EXPORT_WORDS));
  const bytes = exportBytes(family, 'script-14');
  fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), isBare ? bareEncoder(bytes) : bytes);
}

/** The encoder alone, as an exporter writes it. */
function bareEncoder(bytes: Uint8Array): Uint8Array {
  const graph = decodeModel(bytes, 'model.onnx');
  graph.nodes = neededNodes(graph, [LAST_STATE]);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const name of graph.constants.keys()) if (!read.has(name)) graph.constants.delete(name);
  const copy = { op: 'Identity', domain: '', name: 'last', attributes: {} };
  graph.nodes.push({ ...copy, inputs: [LAST_STATE], outputs: ['last_hidden_state'] });
  graph.outputs.splice(0, 1, 'last_hidden_state');
  return encodeModel(graph);
}
