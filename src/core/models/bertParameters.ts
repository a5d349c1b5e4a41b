import type { BertConfig } from './bertConfig.js';
import type { ParameterSpec } from './model.js';

export const WORD_EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';

type Undeep = Omit<ParameterSpec, 'depth'>;

/** Every parameter of BertForMaskedLM; the decoder is tied to the word embeddings. */
export function bertParameters(config: BertConfig): ParameterSpec[] {
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocabulary } = config;
  const dense = (prefix: string, out: number, into: number): Undeep[] => [
    { name: `${prefix}.weight`, dims: [out, into], kind: 'weight' },
    { name: `${prefix}.bias`, dims: [out], kind: 'bias' },
  ];
  const norm = (prefix: string): Undeep[] => [
    { name: `${prefix}.weight`, dims: [hidden], kind: 'normScale' },
    { name: `${prefix}.bias`, dims: [hidden], kind: 'normBias' },
  ];
  const embedding = (name: string, rows: number): Undeep => ({
    name: `bert.embeddings.${name}.weight`,
    dims: [rows, hidden],
    kind: 'embedding',
  });
  const at = (depth: number, specs: readonly Undeep[]): ParameterSpec[] =>
    specs.map((spec) => ({ ...spec, depth }));
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i) => {
    const prefix = `bert.encoder.layer.${i}`;
    return at(i + 1, [
      ...dense(`${prefix}.attention.self.query`, hidden, hidden),
      ...dense(`${prefix}.attention.self.key`, hidden, hidden),
      ...dense(`${prefix}.attention.self.value`, hidden, hidden),
      ...dense(`${prefix}.attention.output.dense`, hidden, hidden),
      ...norm(`${prefix}.attention.output.LayerNorm`),
      ...dense(`${prefix}.intermediate.dense`, inner, hidden),
      ...dense(`${prefix}.output.dense`, hidden, inner),
      ...norm(`${prefix}.output.LayerNorm`),
    ]);
  });
  return [
    ...at(0, [
      embedding('word_embeddings', vocabulary),
      embedding('position_embeddings', config.max_position_embeddings),
      embedding('token_type_embeddings', config.type_vocab_size),
      ...norm('bert.embeddings.LayerNorm'),
    ]),
    ...layers.flat(),
    ...at(config.num_hidden_layers + 1, [
      ...dense('cls.predictions.transform.dense', hidden, hidden),
      ...norm('cls.predictions.transform.LayerNorm'),
      { name: 'cls.predictions.bias', dims: [vocabulary], kind: 'bias' },
    ]),
  ];
}
