import type { BertConfig } from './bertConfig.js';

export type ParameterKind = 'embedding' | 'weight' | 'bias' | 'normScale' | 'normBias';

export interface ParameterSpec {
  /** The hub's name. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly kind: ParameterKind;
}

/** A parameter with its values, row-major. */
export interface ParameterTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export const WORD_EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';

/** Every parameter of BertForMaskedLM; the decoder is tied to the word embeddings. */
export function bertParameters(config: BertConfig): ParameterSpec[] {
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocabulary } = config;
  const dense = (prefix: string, out: number, into: number): ParameterSpec[] => [
    { name: `${prefix}.weight`, dims: [out, into], kind: 'weight' },
    { name: `${prefix}.bias`, dims: [out], kind: 'bias' },
  ];
  const norm = (prefix: string): ParameterSpec[] => [
    { name: `${prefix}.weight`, dims: [hidden], kind: 'normScale' },
    { name: `${prefix}.bias`, dims: [hidden], kind: 'normBias' },
  ];
  const embedding = (name: string, rows: number): ParameterSpec => ({
    name: `bert.embeddings.${name}.weight`,
    dims: [rows, hidden],
    kind: 'embedding',
  });
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i) => {
    const prefix = `bert.encoder.layer.${i}`;
    return [
      ...dense(`${prefix}.attention.self.query`, hidden, hidden),
      ...dense(`${prefix}.attention.self.key`, hidden, hidden),
      ...dense(`${prefix}.attention.self.value`, hidden, hidden),
      ...dense(`${prefix}.attention.output.dense`, hidden, hidden),
      ...norm(`${prefix}.attention.output.LayerNorm`),
      ...dense(`${prefix}.intermediate.dense`, inner, hidden),
      ...dense(`${prefix}.output.dense`, hidden, inner),
      ...norm(`${prefix}.output.LayerNorm`),
    ];
  });
  return [
    embedding('word_embeddings', vocabulary),
    embedding('position_embeddings', config.max_position_embeddings),
    embedding('token_type_embeddings', config.type_vocab_size),
    ...norm('bert.embeddings.LayerNorm'),
    ...layers.flat(),
    ...dense('cls.predictions.transform.dense', hidden, hidden),
    ...norm('cls.predictions.transform.LayerNorm'),
    { name: 'cls.predictions.bias', dims: [vocabulary], kind: 'bias' },
  ];
}
