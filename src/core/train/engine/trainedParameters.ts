import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { Model, ParameterSpec, ParameterTensor } from '../../models/model.js';
import { outputLayerOf } from '../../models/outputLayer.js';
import { randomStream } from '../../random.js';
import type { MethodSpec } from '../../runs/schema.js';

/** A weight W [out, in] with adapters beside it: x Wᵀ + scale · (x Aᵀ) Bᵀ. */
export interface Adapter {
  readonly weight: string;
  /** A, [rank, in] */
  readonly down: ParameterSpec;
  /** B, [out, rank] */
  readonly up: ParameterSpec;
  /** α / rank */
  readonly scale: number;
}

/** Parameters and adapters that a run trains. */
export interface TrainedParameters {
  /** Parameters of the model that are trained themselves. */
  readonly names: ReadonlySet<string>;
  readonly adapters: readonly Adapter[];
}

/** The projections that adapters usually go to, by the names families have for queries and values. */
const USUAL_TARGETS = [
  'query',
  'value',
  'q_lin',
  'v_lin',
  'query_proj',
  'value_proj',
  'q_proj',
  'v_proj',
  'attn.q',
  'attn.v',
  'in_proj',
  'Wqkv',
];

/**
 * Selects the trained parameters: all, the biases alone (BitFit, Ben Zaken et al. 2022,
 * arXiv:2106.10199), low-rank adapters (Hu et al. 2021, arXiv:2106.09685), or the output layer of the
 * first head (deep feature reweighting, Kirichenko et al. 2023, arXiv:2204.02937); a head that is new
 * to the model is trained with each other method. Frozen parameters stay frozen with each method, and
 * have no gradient.
 *
 * @throws AppError `UserInput` if nothing is left to train or no weight has a target's name.
 */
export function selectTrained(model: Model, method: MethodSpec): TrainedParameters {
  const isFrozen = frozenBy(model, method);
  const newHeads = new Set(
    model.heads.flatMap(({ kind, parameters }) => (kind === 'masked-lm' ? [] : parameters)),
  );
  const output = new Set(outputLayerOf(model).map(({ name }) => name));
  const isOutput = (name: string): boolean => output.has(name);
  const isTrained = (spec: ParameterSpec): boolean => {
    if (isFrozen(spec)) return false;
    if (method.kind === 'last-layer') return isOutput(spec.name);
    if (method.kind === 'full' || newHeads.has(spec.name)) return true;
    return method.kind === 'bias-only' && (spec.kind === 'bias' || spec.kind === 'normBias');
  };
  const names = new Set(model.parameters.filter(isTrained).map(({ name }) => name));
  const adapters =
    method.kind === 'lora' ? chooseAdapters(model, method, (spec) => !isFrozen(spec)) : [];
  if (names.size === 0 && adapters.length === 0) {
    throw inputError(problem('training.nothingTrained'));
  }
  return { names, adapters };
}

function frozenBy(model: Model, { freeze }: MethodSpec): (spec: ParameterSpec) => boolean {
  const patterns = freeze.patterns.map(globToExpression);
  return ({ name, depth }) =>
    (freeze.embeddings && depth === 0) ||
    (depth >= 1 && depth <= Math.min(freeze.layers, model.layerCount)) ||
    patterns.some((pattern) => pattern.test(name));
}

/** `*` matches anything; other characters match themselves. */
function globToExpression(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function chooseAdapters(
  model: Model,
  { lora }: MethodSpec,
  isFree: (spec: ParameterSpec) => boolean,
): Adapter[] {
  if (lora === null) throw new RangeError('method lora without its settings');
  const targets = lora.targets.length > 0 ? lora.targets : USUAL_TARGETS;
  const matches = ({ name, dims }: ParameterSpec): boolean =>
    dims.length === 2 &&
    targets.some((target) => `.${name}`.endsWith(`.${target}.weight`) || name === target);
  const weights = model.parameters.filter((spec) => matches(spec) && isFree(spec));
  if (weights.length === 0) {
    const matrices = model.parameters.filter(({ kind, depth }) => kind === 'weight' && depth === 1);
    const examples = matrices.map(({ name }) => name.split('.').slice(-2, -1).join(''));
    throw inputError(
      problem('training.unknownAdapterTargets', {
        targets: { list: targets, join: 'or' },
        examples: { list: examples, join: 'and' },
      }),
    );
  }
  return weights.map(({ name, dims: [out = 0, into = 0], depth }) => {
    const prefix = name.replace(/\.weight$/, '');
    return {
      weight: name,
      scale: lora.alpha / lora.rank,
      down: {
        name: `${prefix}.lora_A.weight`,
        dims: [lora.rank, into],
        kind: 'weight',
        depth,
      },
      up: { name: `${prefix}.lora_B.weight`, dims: [out, lora.rank], kind: 'weight', depth },
    };
  });
}

/** New adapters: A uniform in ±1/√in (Kaiming with a = √5, as PEFT draws it), B zero. */
export function initializeAdapter(
  { down, up }: Adapter,
  seed: number,
): [Float32Array, Float32Array] {
  const [rank = 0, into = 0] = down.dims;
  const [out = 0] = up.dims;
  const random = randomStream('adapter', seed, down.name);
  const bound = 1 / Math.sqrt(into);
  const values = Float32Array.from({ length: rank * into }, () => bound * (2 * random() - 1));
  return [values, new Float32Array(out * rank)];
}

/** W + scale · B A */
export function mergeAdapter(
  weight: ParameterTensor,
  down: Float32Array,
  up: Float32Array,
  scale: number,
): ParameterTensor {
  const [out = 0, into = 0] = weight.dims;
  const rank = down.length / into;
  const data = weight.data.slice();
  for (let i = 0; i < out; i++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * up[i * rank + k]!;
      for (let j = 0; j < into; j++) data[i * into + j]! += factor * down[k * into + j]!;
    }
  }
  return { dims: weight.dims, data };
}
