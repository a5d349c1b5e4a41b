import { message } from '../messages/message.js';
import { labelExample, numberExample } from '../data/examples/labelledExamples.js';
import { labelProbabilities, predictedLabels, ranked } from '../predict/labelProbabilities.js';
import type { TaskOf, TaskSpec } from '../runs/schema.js';
import { LabelAccumulator, MultiLabelAccumulator } from './accumulators.js';
import { holdsQuantities, learnableLabels, requireNumbers, requireTexts } from './labelSet.js';
import { intoLabels, listLabels } from './labelWords.js';
import type { LabelledObjective } from './objective.js';
import { textTargets } from './rowTargets.js';

type Task = TaskOf<'classification'>;

const SHOWN_LABELS = 3;

/** One label per text, several, or a distribution over the labels. */
export const classification: LabelledObjective<Task> = {
  kind: 'classification',
  data: 'labelled',
  names: {
    task: 'classification',
    choice: message('training.classifyTexts'),
    pipeline: 'text-classification',
    adapter: 'SEQ_CLS',
  },
  head: 'sequence',
  metrics: ['accuracy', 'macroF1', 'matthewsCorrelation', 'loss'],
  baselineNames: { constant: 'mostFrequent', bagOfWords: 'bagOfWords' },
  minimumEpochs: 3,
  trainsNewModels: false,
  fillsMasks: false,
  predictsTexts: true,
  headLabels: ({ labels, multiLabel }) => ({
    labels,
    problemType: multiLabel ? 'multi_label_classification' : 'single_label_classification',
  }),
  outputs: ({ labels }) => labels,
  labelOutputs: ({ labels, multiLabel }) => ({ labels, multiLabel }),
  describeOutputs: ({ labels }) => listLabels(labels),
  continueWithOutputs: ({ labels, multiLabel }) =>
    intoLabels(labels, multiLabel ? ', several may apply' : ''),
  describeModel: ({ labels, multiLabel }) =>
    `A classifier of texts into ${labels.join(', ')}${multiLabel ? ' (several may apply)' : ''}`,
  loss: ({ loss, labelSmoothing, classWeights }) => ({
    kind: loss === 'kl' ? 'klDivergence' : loss,
    labelSmoothing,
    classWeights,
  }),
  rowCount: ({ batchSize }) => batchSize,
  accumulator: ({ labels, multiLabel }) =>
    multiLabel ? new MultiLabelAccumulator(labels.length) : new LabelAccumulator(labels.length),

  isLikely: (facts) => !facts.hasWords && !holdsQuantities(facts),
  taskOf: (scan, options) => {
    requireTexts(scan);
    const { labelSmoothing, loss } = options;
    const task = (fields: Pick<Task, 'labels' | 'multiLabel' | 'classWeights'>): TaskSpec => ({
      kind: 'classification',
      labelSmoothing,
      loss: loss ?? (fields.multiLabel ? 'binaryCrossEntropy' : 'crossEntropy'),
      ...fields,
    });
    if (loss === 'kl') {
      requireNumbers(scan);
      return task({ labels: [...scan.labelColumns], multiLabel: false, classWeights: null });
    }
    const { counts, multiLabel } = scan.labelCounts();
    return task({ ...learnableLabels(scan, { counts, multiLabel, options }), multiLabel });
  },
  labelCounts: (scan, { loss }) => (loss === 'kl' ? null : scan.labelCounts()),
  exampleOf: (record, { labels, loss, multiLabel }, options) =>
    loss === 'kl'
      ? numberExample(record, options)
      : labelExample(record, { known: labels, multiLabel, ...options }),
  targets: (examples, { classWeights }, { weighted }) =>
    textTargets(examples, weighted ? classWeights : null),
  answer: ({ answer }, { labels, multiLabel }, nextRow) => {
    const probabilities = labelProbabilities(nextRow(), { labels, multiLabel });
    switch (answer.kind) {
      case 'numbers':
        return {
          kind: 'numbers',
          names: labels,
          expected: [...answer.numbers],
          predicted: probabilities.map(({ probability }) => probability),
        };
      case 'labels':
        return {
          kind: 'labels',
          expected: [...answer.labels],
          predicted: predictedLabels(probabilities, { multiLabel }),
          probabilities: ranked(probabilities).slice(0, SHOWN_LABELS),
        };
      case 'tags':
        throw new RangeError('a text with tags of words cannot be classified');
    }
  },
};
