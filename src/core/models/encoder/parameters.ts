import type { ParameterSpec } from '../model.js';

/** Initialization of a new parameter. */
export type Initial =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | {
      readonly kind: 'normal';
      readonly deviation: number;
      /** Values beyond this many standard deviations are drawn again. */
      readonly cutoff?: number;
      /** Row initialized with zeros, as for the embedding of padding. */
      readonly zeroRow?: number;
    }
  /** Alternating sin and cos, as in Vaswani et al. 2017 (arXiv:1706.03762). */
  | { readonly kind: 'sinusoids' };

/** A trainable parameter and its initialization in a new model. */
export interface PlannedParameter extends ParameterSpec {
  readonly initial: Initial;
}

type Undeep = Omit<PlannedParameter, 'depth'>;

export interface NormalOptions {
  readonly deviation: number;
  readonly cutoff?: number;
}

const normal = (options: NormalOptions): Initial => ({ kind: 'normal', ...options });

/** `name.weight` [out, into], and `name.bias` unless omitted. */
export function dense(
  name: string,
  [out, into]: readonly [number, number],
  options: NormalOptions & { readonly bias?: boolean },
): Undeep[] {
  const { bias = true, ...spread } = options;
  const weight = matrix(`${name}.weight`, [out, into], spread);
  return bias ? [weight, outputBias(`${name}.bias`, out)] : [weight];
}

export function matrix(
  name: string,
  dims: readonly [number, number],
  spread: NormalOptions,
): Undeep {
  return { name, dims, kind: 'weight', initial: normal(spread) };
}

export function outputBias(name: string, size: number): Undeep {
  return { name, dims: [size], kind: 'bias', initial: { kind: 'zeros' } };
}

/** `name.weight` [size], and `name.bias` unless omitted. */
export function norm(name: string, size: number, { bias = true } = {}): Undeep[] {
  const scale: Undeep = {
    name: `${name}.weight`,
    dims: [size],
    kind: 'normScale',
    initial: { kind: 'ones' },
  };
  const shift: Undeep = {
    name: `${name}.bias`,
    dims: [size],
    kind: 'normBias',
    initial: { kind: 'zeros' },
  };
  return bias ? [scale, shift] : [scale];
}

/** `name.weight` [rows, size] */
export function embedding(
  name: string,
  [rows, size]: readonly [number, number],
  initial: Initial,
): Undeep {
  return { name: `${name}.weight`, dims: [rows, size], kind: 'embedding', initial };
}

export function at(depth: number, specs: readonly Undeep[]): PlannedParameter[] {
  return specs.map((spec) => ({ ...spec, depth }));
}
