import * as z from 'zod';
import { createModel, parseModelConfig, canBeBuilt } from '../createModel.js';
import type { Activation } from '../encoder/addActivation.js';
import { activationSchema } from '../encoder/addActivation.js';
import type { ClassifierParts, Head, HeadTransform } from '../encoder/head.js';
import type { HeadKind } from '../model.js';

/** A head that an export gets. */
export interface ExportHead {
  readonly head: Head;
  /** Whether the logits of all tokens are averaged. */
  readonly averagesLogits: boolean;
}

export interface HeadSize {
  readonly kind: Exclude<HeadKind, 'masked-lm'>;
  readonly labelCount: number;
  readonly hiddenSize: number;
}

/** Fields of `config.json` that heads depend on. */
const headFields = z.looseObject({
  model_type: z.string().catch(''),
  hidden_act: activationSchema.catch('gelu'),
  pooler_hidden_act: activationSchema.catch('gelu'),
  classifier_activation: z.boolean().catch(true),
  classifier_pooling: z.enum(['bos', 'mean', 'late']).catch('late'),
  initializer_range: z.number().positive().optional().catch(undefined),
  init_std: z.number().positive().optional().catch(undefined),
});
type HeadFields = z.infer<typeof headFields>;

const DEFAULT_DEVIATION = 0.02;

/**
 * The new head of an export as its family does it, with the names of the hub. Families that are not
 * known get a linear map of the first state. Lowering adds dropout.
 */
export function exportHead(config: unknown, path: string, size: HeadSize): ExportHead {
  const { kind, labelCount } = size;
  if (canBeBuilt(config)) {
    const { firstHead } = createModel(parseModelConfig(config, path), { head: kind, labelCount });
    return { head: firstHead, averagesLogits: false };
  }
  const fields = headFields.parse(config);
  const isLate = fields.model_type === 'eurobert' && fields.classifier_pooling === 'late';
  const parts = kind === 'sequence' ? sequenceParts(fields, size) : TOKEN_PARTS;
  const { name, pooling, transform = null, dropout } = parts;
  const initial = deviationOf(fields);
  const output = { weight: `${name}.weight`, bias: `${name}.bias`, size: labelCount };
  return {
    averagesLogits: kind === 'sequence' && isLate,
    head: {
      ...{ name: kind, kind, pooling, inputDropout: 0, transform, dropout },
      output: { ...output, tied: false, initial },
    },
  };
}

const TOKEN_PARTS: ClassifierParts = { pooling: 'none', dropout: 0, name: 'classifier' };

function deviationOf({ initializer_range: range, init_std: other }: HeadFields): {
  deviation: number;
} {
  return { deviation: range ?? other ?? DEFAULT_DEVIATION };
}

function sequenceParts(fields: HeadFields, { hiddenSize }: HeadSize): ClassifierParts {
  const layer = (dense: string, activation: Activation): HeadTransform => ({
    ...{ dense, bias: true, size: hiddenSize, activation, norm: null },
    initial: deviationOf(fields),
  });
  const first = (name: string, transform?: HeadTransform): ClassifierParts => ({
    ...{ pooling: 'first', dropout: 0, name },
    ...(transform && { transform }),
  });
  switch (fields.model_type) {
    case 'convbert':
    case 'roformer':
      return first('classifier.out_proj', layer('classifier.dense', fields.hidden_act));
    case 'esm':
    case 'mpnet':
    case 'xlm-roberta-xl':
      return first('classifier.out_proj', layer('classifier.dense', 'tanh'));
    case 'deberta':
    case 'deberta-v2':
      return first('classifier', layer('pooler.dense', fields.pooler_hidden_act));
    case 'mobilebert':
      return fields.classifier_activation
        ? first('classifier', layer('mobilebert.pooler.dense', 'tanh'))
        : first('classifier');
    case 'squeezebert':
      return first('classifier', layer('transformer.pooler.dense', 'tanh'));
    case 'neobert':
      return first('classifier', layer('dense', 'tanh'));
    case 'xlm':
      return first('sequence_summary.summary');
    case 'eurobert': {
      const pooling = { bos: 'first', mean: 'mean', late: 'none' } as const;
      const parts = first('classifier', layer('dense', 'gelu'));
      return { ...parts, pooling: pooling[fields.classifier_pooling] };
    }
    default:
      return first('classifier');
  }
}
