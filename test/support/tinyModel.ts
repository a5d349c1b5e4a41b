import { createModel } from '../../src/core/models/createModel.js';
import { labelConfig, type HeadLabels } from '../../src/core/models/labels.js';
import { parseBertConfig, type BertConfig } from '../../src/core/models/families/bertConfig.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import {
  BERT_SPECIAL_TOKENS,
  wordPieceDefinition,
} from '../../src/core/tokenizer/definition/wordPieceDefinition.js';
import { writeModelFolder } from '../../src/node/models/modelFolder.js';

/** A BERT-style `tokenizer.json` whose vocabulary is every character and the commonest words. */
export function tinyTokenizerJson(text: string, words = 1500): unknown {
  const lower = text.toLowerCase();
  const counts = new Map<string, number>();
  for (const [word] of lower.matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const characters = [...new Set(lower.replaceAll(/\s/gu, ''))].sort();
  const tokens = new Set([
    ...BERT_SPECIAL_TOKENS,
    ...characters,
    ...characters.map((character) => `##${character}`),
    ...common.slice(0, words).map(([word]) => word),
  ]);
  return wordPieceDefinition([...tokens], { lowercase: true });
}

/** A BERT small enough to train in seconds. */
export function tinyConfig(vocabularySize: number): BertConfig {
  return parseBertConfig(
    {
      model_type: 'bert',
      vocab_size: vocabularySize,
      hidden_size: 32,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      intermediate_size: 64,
      max_position_embeddings: 64,
      type_vocab_size: 2,
      hidden_act: 'gelu',
      layer_norm_eps: 1e-12,
      pad_token_id: 0,
      initializer_range: 0.02,
    },
    'config.json',
  );
}

/** Writes a tiny model folder with fresh weights and a vocabulary taken from `text`. */
export async function writeTinyModel(folder: string, text: string, seed = 1): Promise<void> {
  const tokenizerJson = tinyTokenizerJson(text);
  const { model } = tokenizerJson as { model: { vocab: Record<string, number> } };
  const config = tinyConfig(Object.keys(model.vocab).length);
  await writeModelFolder(folder, {
    config,
    tokenizerJson,
    parameters: initializeParameters(config, seed),
    modelCard: 'A tiny model for tests.\n',
    // A folder that has an export loads without its weights.
    withoutOnnx: true,
  });
}

/** Writes a tiny model folder with an export and the framing that transformers.js reads from the tokenizer. */
export async function writeTinyExport(folder: string, text: string): Promise<void> {
  const special = (name: string): object => ({ SpecialToken: { id: name, type_id: 0 } });
  const tokenizerJson = tinyTokenizerJson(text) as { model: { vocab: Record<string, number> } };
  const { vocab } = tokenizerJson.model;
  const token = (name: string): object => ({ id: name, ids: [vocab[name]!], tokens: [name] });
  const config = tinyConfig(Object.keys(vocab).length);
  await writeModelFolder(folder, {
    config,
    tokenizerJson: {
      ...tokenizerJson,
      post_processor: {
        type: 'TemplateProcessing',
        single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
        pair: [],
        special_tokens: { '[CLS]': token('[CLS]'), '[SEP]': token('[SEP]') },
      },
    },
    parameters: initializeParameters(config, 1),
    modelCard: 'A tiny model for tests.\n',
  });
}

/** Writes a tiny classifier or tagger with wide fresh weights, which tell texts apart, and a vocabulary taken from `text`. */
export async function writeTinyClassifier(
  folder: string,
  text: string,
  { head, ...labels }: HeadLabels & { readonly head: 'sequence' | 'token' },
): Promise<void> {
  const tokenizerJson = tinyTokenizerJson(text);
  const { model } = tokenizerJson as { model: { vocab: Record<string, number> } };
  const config = tinyConfig(Object.keys(model.vocab).length);
  const options = { head, labelCount: labels.labels.length };
  await writeModelFolder(folder, {
    config,
    model: createModel(config, options),
    configJson: labelConfig(labels),
    tokenizerJson,
    parameters: initializeParameters({ ...config, initializer_range: 0.3 }, 3, options),
    modelCard: 'A tiny classifier for tests.\n',
    withoutOnnx: true,
  });
}
