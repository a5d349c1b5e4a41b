import { int, ints } from '../../graph/node.js';
import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { HeadKind, ModelHeads } from '../model.js';
import type { Activation } from './addActivation.js';
import { addActivation } from './addActivation.js';
import type { Layers, NormOptions } from './layers.js';
import type { NormalOptions, PlannedParameter } from './parameters.js';
import { at, dense, matrix, norm, outputBias } from './parameters.js';

export interface HeadOptions {
  /** Default: `masked-lm`. */
  readonly head?: HeadKind;
  /** Number of labels of other heads. Default: 2, as in the hub's configurations. */
  readonly labelCount?: number;
  /** Heads other than the first one. */
  readonly further?: readonly HeadRequest[];
}

export interface HeadRequest {
  /** Letters, digits, `_` and `-`; unique in the model. */
  readonly name: string;
  readonly kind: HeadKind;
  /** Number of labels of a `sequence` or `token` head. Default: 2. */
  readonly labelCount?: number;
}

/** A head of an encoder: pooling of states, an optional layer, and the logits. */
export interface Head {
  readonly name: string;
  readonly kind: HeadKind;
  /** All states, the first one of each sequence, or the mean of its tokens' states. */
  readonly pooling: 'none' | 'first' | 'mean';
  /** Dropout rate of the pooled states. */
  readonly inputDropout: number;
  readonly transform: HeadTransform | null;
  /** Dropout rate before the output layer. */
  readonly dropout: number;
  readonly output: {
    /** Full names; the weight is that of the word embeddings if the decoder is tied to them. */
    readonly weight: string;
    readonly bias: string;
    readonly size: number;
    readonly tied: boolean;
    readonly initial: NormalOptions;
  };
}

export interface HeadTransform {
  readonly dense: string;
  readonly bias: boolean;
  readonly size: number;
  readonly activation: Activation;
  readonly norm: (NormOptions & { readonly name: string }) | null;
  readonly initial: NormalOptions;
}

export type Heads = readonly [Head, ...Head[]];

/** Heads of a family. Any number of each can be built. */
export interface FamilyHeads {
  /** Initialization of new decoders and classifiers. */
  readonly initial: NormalOptions;
  readonly maskedLm: {
    readonly transform: HeadTransform;
    /** Full names; `decoder` is a separate parameter unless it is tied to `words`. */
    readonly decoder: string;
    readonly bias: string;
    readonly words: string;
    readonly tied: boolean;
    readonly vocabularySize: number;
  };
  readonly sequence: ClassifierParts;
  readonly token: ClassifierParts;
}

export interface ClassifierParts {
  readonly pooling: Head['pooling'];
  readonly inputDropout?: number;
  readonly transform?: HeadTransform;
  readonly dropout: number;
  /** Name of the output layer, without `.weight`. */
  readonly name: string;
  /** Initialization of the output layer, if it differs. */
  readonly initial?: NormalOptions;
}

/**
 * Creates the requested heads. Parameters have the hub's names; if an earlier head uses one of
 * them, all names of the head start with `heads.<name>.`.
 *
 * @throws AppError `UserInput` for a name that exists or is invalid.
 */
export function chooseHeads(
  { head: kind = 'masked-lm', labelCount = 2, further = [] }: HeadOptions,
  family: FamilyHeads,
): Heads {
  const heads: [Head, ...Head[]] = [chooseHead({ name: kind, kind, labelCount }, family)];
  for (const request of further) {
    requireHeadName(
      request.name,
      heads.map(({ name }) => name),
    );
    const head = chooseHead(request, family);
    const taken = new Set(heads.flatMap(moduleNames));
    const isFree = moduleNames(head).every((name) => !taken.has(name));
    heads.push(isFree ? head : prefixed(head, `heads.${head.name}.`));
  }
  return heads;
}

function requireHeadName(name: string, taken: readonly string[]): void {
  const isTaken = taken.includes(name);
  if (!isTaken && /^[\w-]+$/.test(name)) return;
  throw inputError(
    isTaken ? problem('models.headExists', { name }) : problem('models.invalidHeadName', { name }),
  );
}

/** Names of the modules and parameters of a head, without shared ones. */
function moduleNames({ transform, output }: Head): string[] {
  return [
    ...(transform ? [transform.dense] : []),
    ...(transform?.norm ? [transform.norm.name] : []),
    ...(output.tied ? [] : [output.weight]),
    output.bias,
  ];
}

function prefixed({ transform, output, ...head }: Head, prefix: string): Head {
  const norm = transform?.norm && { ...transform.norm, name: prefix + transform.norm.name };
  return {
    ...head,
    transform: transform && { ...transform, dense: prefix + transform.dense, norm: norm ?? null },
    output: {
      ...output,
      weight: output.tied ? output.weight : prefix + output.weight,
      bias: prefix + output.bias,
    },
  };
}

function chooseHead(
  { name: headName, kind, labelCount = 2 }: HeadRequest,
  heads: FamilyHeads,
): Head {
  if (kind === 'masked-lm') {
    const { transform, decoder, bias, words, tied, vocabularySize: size } = heads.maskedLm;
    const output = { weight: tied ? words : decoder, bias, size, tied, initial: heads.initial };
    return {
      name: headName,
      kind,
      pooling: 'none',
      inputDropout: 0,
      transform,
      dropout: 0,
      output,
    };
  }
  const { name, pooling, inputDropout = 0, transform = null, dropout, ...parts } = heads[kind];
  const { initial = heads.initial } = parts;
  const names = { weight: `${name}.weight`, bias: `${name}.bias` };
  const output = { ...names, size: labelCount, tied: false, initial };
  return { name: headName, kind, pooling, inputDropout, transform, dropout, output };
}

/** Configuration of a model with these heads. */
export function headOptionsOf([first, ...further]: ModelHeads): HeadOptions {
  return {
    head: first.kind,
    labelCount: first.outputSize,
    further: further.map(({ name, kind, outputSize }) => ({ name, kind, labelCount: outputSize })),
  };
}

export function headParameters(
  { transform, output }: Head,
  { hiddenSize, depth }: { hiddenSize: number; depth: number },
): PlannedParameter[] {
  const width = transform?.size ?? hiddenSize;
  const inner = transform && [
    ...dense(transform.dense, [width, hiddenSize], { ...transform.initial, bias: transform.bias }),
    ...(transform.norm ? norm(transform.norm.name, width, transform.norm) : []),
  ];
  return at(depth, [
    ...(inner ?? []),
    ...(output.tied ? [] : [matrix(output.weight, [output.size, width], output.initial)]),
    outputBias(output.bias, output.size),
  ]);
}

/**
 * Adds the head to pooled states. The last node is a plain `Gemm` over parameters, as required by
 * the loss over slices of a vocabulary.
 *
 * @returns logits, one row per row of `states`
 */
export function addHead(layers: Layers, head: Head, states: string): string {
  const { transform, output } = head;
  let x = layers.dropout(states, head.inputDropout);
  if (transform) {
    x = layers.dense(transform.dense, x, { bias: transform.bias });
    x = addActivation(layers.graph, transform.activation, x);
    if (transform.norm) x = layers.norm(transform.norm.name, x, transform.norm);
  }
  const rows = layers.dropout(x, head.dropout);
  return layers.linear(rows, layers.parameter(output.weight), layers.parameter(output.bias));
}

/** Mean of the states of each sequence's tokens: [batch * length, width] → [batch, width] */
export function meanOfTokens(layers: Layers, states: string, width: number): string {
  const { graph } = layers;
  const { batch, length, attentionMask } = layers.inputs;
  const sequences = graph.reshape(states, [batch, length, width]);
  const mask = attentionMask
    ? graph.node('Cast', [attentionMask], { attributes: { to: int(1) } })
    : graph.filled(1, [batch, length].map(Number));
  const counts =
    graph.opset < 13
      ? graph.node('ReduceSum', [mask], { attributes: { axes: ints([1]) } })
      : graph.node('ReduceSum', [mask, graph.indices([1])]);
  const shares = graph.reshape(graph.node('Div', [mask, counts]), [batch, 1, length]);
  return graph.reshape(graph.node('MatMul', [shares, sequences]), [batch, width]);
}
