import { message } from '../messages/message.js';
import type { TaskOf } from '../runs/schema.js';
import { COUNT_BUCKET, roundUp } from '../batches/batches.js';
import { CorrectTokens } from './accumulators.js';
import type { TextObjective } from './objective.js';

/** Predicting masked words (Devlin et al. 2019, arXiv:1810.04805). */
export const maskedLanguageModeling: TextObjective<TaskOf<'masked-lm'>> = {
  kind: 'masked-lm',
  data: 'text',
  names: {
    task: 'masked words',
    choice: message('training.predictMaskedWords'),
    pipeline: 'fill-mask',
    adapter: null,
  },
  head: 'masked-lm',
  metrics: ['perplexity', 'loss', 'maskedAccuracy'],
  minimumEpochs: 1,
  trainsNewModels: true,
  fillsMasks: true,
  predictsTexts: false,
  headLabels: () => null,
  outputs: () => [],
  describeOutputs: () => null,
  continueWithOutputs: () => '',
  describeModel: () => 'A masked language model',
  loss: () => ({ kind: 'vocabularyCrossEntropy', labelSmoothing: 0, classWeights: null }),
  rowCount: ({ batchSize, length, maskedShare }) => {
    const places = batchSize * length;
    return Math.min(places, roundUp(maskedShare * places, COUNT_BUCKET));
  },
  accumulator: () => new CorrectTokens(),
};
