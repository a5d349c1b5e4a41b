import { encodeModel } from '../../../src/core/graph/onnx.js';
import { int } from '../../../src/core/graph/node.js';
import type { AttentionContext } from './attention.js';
import { attention, attentionContext } from './attention.js';
import { ExportWriter } from './exportWriter.js';
import { activation, feedForward, linear, norm, residual } from './pieces.js';

export interface RandomEncoder {
  readonly bytes: Uint8Array;
  readonly config: Readonly<Record<string, unknown>>;
  readonly opset: number;
  /** Variants that were drawn, for messages. */
  readonly choices: readonly string[];
}

export const VOCABULARY = 19;
export const LABELS = 3;
const LONGEST = 12;

/**
 * An encoder that no library has, as an ONNX export: embeddings, layers and a head of pieces that
 * are drawn from a seed, in the forms that exporters write them in for an opset from 11 to 21.
 */
export function randomEncoder(seed: number): RandomEncoder {
  const opset = 11 + (seed % 11);
  const w = new ExportWriter(opset, seed);
  const heads = w.pick('heads', ['2', '2', '4']) === '2' ? 2 : 4;
  const width = 8;
  const layers = w.pick('layers', ['1', '2', '2', 'shared']);
  const inputs = {
    inputIds: w.graph.input('input_ids', 'int64', ['batch', 'length']),
    attentionMask: w.graph.input('attention_mask', 'int64', ['batch', 'length']),
  };
  const context = attentionContext(w, { width, heads, longest: LONGEST }, inputs);
  const table = embeddings(w, inputs.inputIds, width);
  let { x } = table;
  const states = [x];
  const count = layers === '1' ? 1 : 2;
  for (let i = 0; i < count; i++) {
    x = layer(w, x, { name: `encoder.layer.${i}`, width, context });
    states.push(x);
  }
  if (w.pick('layer mix', ['no', 'no', 'no', 'yes']) === 'yes') x = mixed(w, states);
  if (w.chance(0.3)) x = norm(w, x, 'encoder.final_norm', width);
  const logits = head(w, x, { width, attentionMask: inputs.attentionMask, words: table.words });
  w.graph.nodes.push({
    ...{ op: 'Identity', domain: '', name: '/logits', attributes: {} },
    ...{ inputs: [logits], outputs: ['logits'] },
  });
  w.graph.outputs.push('logits');
  return {
    bytes: encodeModel(w.graph),
    opset,
    choices: [`opset=${opset}`, ...w.choices],
    config: {
      model_type: 'drawn',
      vocab_size: VOCABULARY,
      hidden_size: width,
      num_hidden_layers: count,
      max_position_embeddings: LONGEST,
    },
  };
}

interface Embeddings {
  readonly x: string;
  readonly words: string;
}

function embeddings(w: ExportWriter, inputIds: string, width: number): Embeddings {
  const narrow =
    w.pick('embeddings', ['plain', 'plain', 'plain', 'factored']) === 'factored' ? 6 : width;
  const words = w.weight('embeddings.word_embeddings.weight', [VOCABULARY, narrow], {
    deviation: 0.7,
  });
  let x = w.node('Gather', [words, inputIds]);
  const scale = w.pick('embedding scale', ['none', 'none', 'constant', 'learned']);
  if (scale === 'constant') x = w.scaled(x, Math.sqrt(narrow));
  if (scale === 'learned')
    x = w.mul(x, w.weight('embeddings.scale', [1], { mean: 1.5, deviation: 0.1 }));
  if (narrow !== width) x = linear(w, x, 'embeddings.projection', { from: narrow, to: width });
  x = withPositions(w, x, { inputIds, width });
  if (w.chance(0.6)) x = norm(w, x, 'embeddings.norm', width);
  return { x: w.untouched(x), words };
}

function withPositions(
  w: ExportWriter,
  x: string,
  { inputIds, width }: { inputIds: string; width: number },
): string {
  const kind = w.pick('positions', [
    'none',
    'looked up',
    'buffer',
    'sliced',
    'sliced wide',
    'waves',
  ]);
  if (kind === 'none') return x;
  const length = w.sizeOf(inputIds, 1);
  if (kind === 'waves') {
    const angles = Array.from({ length: LONGEST * width }, (_, i) => {
      const angle = Math.floor(i / width) / 100 ** ((i % width) / width);
      return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    return w.add(x, w.slice(w.floats(angles, [1, LONGEST, width]), 0, length, 1));
  }
  const wide = kind === 'sliced wide';
  const dims = wide ? [1, LONGEST, width] : [LONGEST, width];
  const name = wide ? 'embeddings.pos_embed' : 'embeddings.position_embeddings.weight';
  const table = w.weight(name, dims, { deviation: 0.5 });
  if (kind !== 'looked up' && kind !== 'buffer')
    return w.add(x, w.slice(table, 0, length, wide ? 1 : 0));
  if (kind === 'buffer') {
    const all = w.integers(
      Array.from({ length: LONGEST }, (_, i) => i),
      [1, LONGEST],
    );
    return w.add(x, w.node('Gather', [table, w.slice(all, 0, length, 1)]));
  }
  const limits = [w.integers([0], []), w.squeeze(length, [0]), w.integers([1], [])];
  return w.add(x, w.node('Gather', [table, w.node('Range', limits)]));
}

interface LayerOptions {
  readonly name: string;
  readonly width: number;
  readonly context: AttentionContext;
}

function layer(w: ExportWriter, x: string, { name, width, context }: LayerOptions): string {
  const attend = (y: string): string => attention(w, y, `${name}.attention`, context);
  const feed = (y: string): string => feedForward(w, y, `${name}.mlp`, width);
  const normed = (y: string, part: string): string => norm(w, y, `${name}.${part}`, width);
  const joined = (y: string, branch: string, part: string): string =>
    residual(w, y, { branch, name: `${name}.${part}`, width });
  switch (w.pick('placement', ['post', 'pre', 'sandwich', 'parallel', 'none'])) {
    case 'post': {
      const y = normed(joined(x, attend(x), 'a'), 'norm_1');
      return normed(joined(y, feed(y), 'f'), 'norm_2');
    }
    case 'pre': {
      const y = joined(x, attend(normed(x, 'norm_1')), 'a');
      return joined(y, feed(normed(y, 'norm_2')), 'f');
    }
    case 'sandwich': {
      const y = joined(x, normed(attend(normed(x, 'norm_1')), 'norm_2'), 'a');
      return joined(y, normed(feed(normed(y, 'norm_3')), 'norm_4'), 'f');
    }
    case 'parallel': {
      const y = normed(x, 'norm_1');
      return joined(x, w.add(attend(y), feed(y)), 'a');
    }
    case 'none': {
      const y = joined(x, attend(x), 'a');
      return joined(y, feed(y), 'f');
    }
  }
}

/** Σ softmax(mix)ᵢ hᵢ, as ELMo mixes its layers. */
function mixed(w: ExportWriter, states: readonly string[]): string {
  const weights = w.weight('mix.scalar_mix', [states.length], { deviation: 0.5 });
  const shares = w.node('Softmax', [weights], { axis: int(0) });
  return states
    .map((state, i) => w.mul(state, w.slice(shares, i, i + 1, 0)))
    .reduce((sum, part) => w.add(sum, part));
}

interface HeadInputs {
  readonly width: number;
  readonly attentionMask: string;
  readonly words: string;
}

function head(w: ExportWriter, x: string, { width, attentionMask, words }: HeadInputs): string {
  const kind = w.pick('head', ['words', 'words', 'words', 'first', 'mean', 'tags']);
  switch (kind) {
    case 'words':
      return wordHead(w, x, { width, words });
    case 'tags':
      return linear(w, x, 'classifier', { from: width, to: LABELS });
    case 'first':
    case 'mean': {
      const text = kind === 'first' ? w.gather(x, 0, 1) : meanOfTokens(w, x, attentionMask);
      const pooled = w.chance(0.5)
        ? w.node('Tanh', [rowLinear(w, text, 'pooler.dense', width, width)])
        : text;
      return rowLinear(w, pooled, 'classifier', width, LABELS);
    }
  }
}

function rowLinear(w: ExportWriter, x: string, name: string, from: number, to: number): string {
  const inputs = [
    x,
    w.weight(`${name}.weight`, [to, from]),
    w.weight(`${name}.bias`, [to], { deviation: 0.2 }),
  ];
  return w.node('Gemm', inputs, { transB: int(1) });
}

function meanOfTokens(w: ExportWriter, x: string, attentionMask: string): string {
  const kept = w.unsqueeze(w.node('Cast', [attentionMask], { to: int(1) }), [-1]);
  const total = w.sum(w.mul(x, kept), 1, 0);
  return w.node('Div', [total, w.node('Clip', [w.sum(kept, 1, 0), w.floats([1e-9], [])])]);
}

/** Logits of the vocabulary, tied to the word table where the widths agree. */
function wordHead(
  w: ExportWriter,
  x: string,
  { width, words }: { width: number; words: string },
): string {
  let y = x;
  if (w.chance(0.6)) {
    y = activation(w, linear(w, y, 'head.dense', { from: width, to: width }));
    if (w.chance(0.7)) y = norm(w, y, 'head.norm', width);
  }
  const table = w.graph.constants.get(words)!;
  const fits = table.dims[1] === width;
  const decoder = w.pick('decoder', ['tied', 'folded', 'own']);
  const scale = w.pick('logit scale', ['none', 'none', 'factor', 'capped', 'before']);
  if (scale === 'before') y = w.scaled(y, 1 / Math.sqrt(width));
  let logits: string;
  if (!fits || decoder === 'own') {
    logits = linear(w, y, 'head.decoder', { from: width, to: VOCABULARY });
  } else {
    const matrix = decoder === 'tied' ? w.transpose(words, [1, 0]) : foldedCopy(w, words);
    logits = w.node('MatMul', [y, matrix]);
    if (w.chance(0.7))
      logits = w.add(logits, w.weight('head.bias', [VOCABULARY], { deviation: 0.3 }));
  }
  if (scale === 'factor') return w.scaled(logits, 0.4);
  if (scale !== 'capped') return logits;
  return w.mul(w.node('Tanh', [w.scaled(logits, 1 / 3)]), w.number(3));
}

/** The transposed table as a separate initializer, as folding leaves it. */
function foldedCopy(w: ExportWriter, words: string): string {
  const { dims, data } = w.graph.constants.get(words)!;
  const [rows = 0, columns = 0] = dims;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    return Number(data[(i % rows) * columns + Math.floor(i / rows)]);
  });
  return w.graph.constant('onnx::MatMul_decoder', {
    ...{ type: 'float32', dims: [columns, rows], data: values },
  });
}
