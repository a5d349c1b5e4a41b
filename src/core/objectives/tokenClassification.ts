import { message } from '../messages/message.js';
import { NO_LABEL, taggedExample } from '../data/examples/labelledExamples.js';
import { labelProbabilities, predictedLabels } from '../predict/labelProbabilities.js';
import type { TaskOf } from '../runs/schema.js';
import { LabelAccumulator } from './accumulators.js';
import { learnableLabels, requireWords } from './labelSet.js';
import { intoLabels, listLabels } from './labelWords.js';
import type { LabelledObjective } from './objective.js';
import { tokenTargets } from './rowTargets.js';

/** One label per word, such as entities in the BIO scheme. */
export const tokenClassification: LabelledObjective<TaskOf<'token-classification'>> = {
  kind: 'token-classification',
  data: 'labelled',
  names: {
    task: 'token classification',
    choice: message('training.classifyWords'),
    pipeline: 'token-classification',
    adapter: 'TOKEN_CLS',
  },
  head: 'token',
  metrics: ['accuracy', 'macroF1', 'matthewsCorrelation', 'loss'],
  baselineNames: { constant: 'mostFrequent', bagOfWords: 'wordLabels' },
  minimumEpochs: 3,
  trainsNewModels: false,
  fillsMasks: false,
  predictsTexts: false,
  headLabels: ({ labels }) => ({ labels }),
  outputs: ({ labels }) => labels,
  labelOutputs: ({ labels }) => ({ labels, multiLabel: false }),
  describeOutputs: ({ labels }) => listLabels(labels),
  continueWithOutputs: ({ labels }) => intoLabels(labels),
  describeModel: ({ labels }) => `A classifier of words into ${labels.join(', ')}`,
  loss: ({ labelSmoothing, classWeights }) => ({
    kind: 'crossEntropy',
    labelSmoothing,
    classWeights,
  }),
  rowCount: ({ batchSize, length }) => batchSize * length,
  accumulator: ({ labels }) => new LabelAccumulator(labels.length),

  isLikely: ({ hasWords }) => hasWords,
  taskOf: (scan, options) => {
    requireWords(scan);
    const { counts } = scan.tagCounts();
    return {
      kind: 'token-classification',
      labelSmoothing: options.labelSmoothing,
      ...learnableLabels(scan, { counts, multiLabel: false, options }),
    };
  },
  labelCounts: (scan) => scan.tagCounts(),
  exampleOf: (record, { labels }, options) => taggedExample(record, labels, options),
  targets: (examples, { classWeights }, { length, weighted }) =>
    tokenTargets(examples, { length, classWeights: weighted ? classWeights : null }),
  answer: ({ answer, words, wordTokens, labels: targets }, { labels }, nextRow) => {
    if (answer.kind !== 'tags') throw new RangeError('words without their tags');
    return {
      kind: 'tags',
      words: words.flatMap(({ start, end }, word) => {
        const token = wordTokens[word]!;
        if (token === -1 || targets[token] === NO_LABEL) return [];
        const probabilities = labelProbabilities(nextRow(), { labels, multiLabel: false });
        const [predicted] = predictedLabels(probabilities, { multiLabel: false });
        return [{ start, end, expected: answer.tags[word]!, predicted: predicted! }];
      }),
    };
  },
};
