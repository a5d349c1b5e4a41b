import { parseModelConfig, type ModelConfig } from '../../src/core/models/createModel.js';
import type { ParameterTensor } from '../../src/core/models/model.js';

export interface DeepModel {
  readonly config: ModelConfig;
  readonly configJson: Record<string, unknown>;
  readonly parameters: Map<string, ParameterTensor>;
}

const LAYER = /^(model\.layers\.)(\d+)(\..+)$/;
/** Projections into the residual stream. */
const OUTWARD = /^\.(?:attn|mlp)\.Wo\.(?:weight|bias)$/;

/**
 * Puts a copy of each layer of a ModernBERT after it, whose projections into the residual stream are
 * 0, so that the model computes the same as before (block expansion, Wu et al. 2024,
 * arXiv:2401.02415) and can be trained deeper from there. A copy attends to as many tokens as its
 * original. The first layer has no normalization of its input; that of its copy starts at 1.
 *
 * @throws RangeError for another family
 */
export function doubleLayers(
  configJson: Readonly<Record<string, unknown>>,
  parameters: ReadonlyMap<string, ParameterTensor>,
): DeepModel {
  const before = parseModelConfig(configJson, 'config.json');
  if (before.model_type !== 'modernbert') {
    throw new RangeError(`a ${before.model_type}, whose layers cannot be copied without effect`);
  }
  const kinds = Array.from({ length: before.num_hidden_layers }, (_, i) => {
    const isGlobal = i % before.global_attn_every_n_layers === 0;
    return before.layer_types?.[i] ?? (isGlobal ? 'full_attention' : 'sliding_attention');
  });
  const deep = new Map<string, ParameterTensor>();
  for (const [name, tensor] of parameters) {
    const [, prefix = '', index = '', rest = ''] = LAYER.exec(name) ?? [];
    if (prefix === '') {
      deep.set(name, tensor);
      continue;
    }
    const copy = `${prefix}${2 * Number(index) + 1}`;
    deep.set(`${prefix}${2 * Number(index)}${rest}`, tensor);
    const data = OUTWARD.test(rest) ? new Float32Array(tensor.data.length) : tensor.data.slice();
    deep.set(copy + rest, { ...tensor, data });
  }
  const { hidden_size: width } = before;
  const norm = (value: number): ParameterTensor => {
    return { dims: [width], data: new Float32Array(width).fill(value) };
  };
  deep.set('model.layers.1.attn_norm.weight', norm(1));
  if (before.norm_bias) deep.set('model.layers.1.attn_norm.bias', norm(0));
  const json = {
    ...configJson,
    num_hidden_layers: 2 * before.num_hidden_layers,
    layer_types: kinds.flatMap((kind) => [kind, kind]),
  };
  return { config: parseModelConfig(json, 'config.json'), configJson: json, parameters: deep };
}
