/** Flags of `masklab train` for a variant, and changed values in `config.json` of the model. */
export interface StudyVariant {
  readonly flags: readonly string[];
  readonly config?: Readonly<Record<string, string | number>>;
}

const BEST = ['--new-head', 'zeros', '--keep', 'best'] as const;
const DEFAULT = [...BEST, '--learning-rate', '5e-4'] as const;

/** Defaults that were tried, by name. */
export const VARIANTS: Readonly<Record<string, StudyVariant>> = {
  before: { flags: ['--new-head', 'random', '--keep', 'last', '--learning-rate', '1e-3'] },
  zeros: { flags: ['--new-head', 'zeros', '--keep', 'last', '--learning-rate', '1e-3'] },
  rate5e4: { flags: DEFAULT },
  rate5e4Last: { flags: ['--new-head', 'zeros', '--keep', 'last', '--learning-rate', '5e-4'] },
  rate3e4: { flags: [...BEST, '--learning-rate', '3e-4'] },
  rate1e4: { flags: [...BEST, '--learning-rate', '1e-4'] },
  lora: { flags: [...BEST, '--method', 'lora', '--learning-rate', '2e-3'] },
  // The bundled model was trained on 128 tokens; its rotary positions have no largest value.
  tokens256: {
    flags: [...DEFAULT, '--max-length', '256'],
    config: { max_position_embeddings: 256 },
  },
  headTail: { flags: [...DEFAULT, '--truncation', 'head-tail'] },
  meanPooling: { flags: DEFAULT, config: { classifier_pooling: 'mean' } },
  slow: { flags: [...BEST, '--learning-rate', '2e-4', '--epochs', '40'] },
  frozen: { flags: [...DEFAULT, '--freeze', 'embeddings,layers=2'] },
  layerDecay: { flags: [...DEFAULT, '--layer-decay', '0.7'] },
  weightDecay: { flags: [...DEFAULT, '--weight-decay', '0.1'] },
  defaults: { flags: [] },
};
