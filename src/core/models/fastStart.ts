import type { BertConfig } from './families/bertConfig.js';
import type { ParameterTensor } from './model.js';

const POSITION_AMPLITUDE = 0.028;
const VALUE_GAIN = 2.5;
/**
 * Scale of query and key, chosen so that the selected neighbor gets most of the attention at the
 * start.
 */
const NEIGHBOUR_GAIN = 1.4;
/** Neighbors that the heads of the first two layers attend to, in turn. */
const NEIGHBOURS = [-1, 1, -2, 2, -3, 3];
const NEIGHBOUR_LAYERS = 2;

/**
 * Initializes a new BERT so that a small model leaves the unigram plateau within the first hundred
 * steps: sinusoidal position embeddings, heads of the first two layers that attend to neighboring
 * words, and larger value and feed-forward weights.
 */
export function applyFastStart(
  config: BertConfig,
  parameters: ReadonlyMap<string, ParameterTensor>,
): void {
  const size = config.hidden_size;
  const half = size >> 1;
  const frequency = (k: number): number => (Math.PI * (k + 1)) / (half + 1);

  const positions = parameters.get('bert.embeddings.position_embeddings.weight')!.data;
  for (let t = 0; t < config.max_position_embeddings; t++) {
    for (let k = 0; k < half; k++) {
      positions[t * size + k] = POSITION_AMPLITUDE * Math.sin(t * frequency(k));
      positions[t * size + half + k] = POSITION_AMPLITUDE * Math.cos(t * frequency(k));
    }
  }

  for (const [name, { data }] of parameters) {
    const grows =
      /\.(attention\.self\.value|attention\.output\.dense|intermediate\.dense|output\.dense)\.weight$/;
    if (grows.test(name)) for (let i = 0; i < data.length; i++) data[i]! *= VALUE_GAIN;
  }

  const heads = config.num_attention_heads;
  const headSize = size / heads;
  const layers = Math.min(NEIGHBOUR_LAYERS, config.num_hidden_layers);
  for (let head = 0; head < layers * heads; head++) {
    const layer = Math.floor(head / heads);
    const prefix = `bert.encoder.layer.${layer}.attention.self`;
    const query = parameters.get(`${prefix}.query.weight`)!.data;
    const key = parameters.get(`${prefix}.key.weight`)!.data;
    const offset = NEIGHBOURS[head % NEIGHBOURS.length]!;
    const first = (head % heads) * headSize;
    // Each head uses a separate, evenly spread share of the frequencies: sin and cos of w(t +
    // offset) as the query and of wt as the key, so that their product peaks at the neighbor.
    for (let j = 0; j < headSize >> 1; j++) {
      const k = Math.min(half - 1, j * heads + (head % heads));
      const turn = frequency(k) * offset;
      const row = (first + 2 * j) * size;
      query[row + k]! += NEIGHBOUR_GAIN * Math.cos(turn);
      query[row + half + k]! += NEIGHBOUR_GAIN * Math.sin(turn);
      query[row + size + k]! -= NEIGHBOUR_GAIN * Math.sin(turn);
      query[row + size + half + k]! += NEIGHBOUR_GAIN * Math.cos(turn);
      key[row + k]! += NEIGHBOUR_GAIN;
      key[row + size + half + k]! += NEIGHBOUR_GAIN;
    }
  }
}
