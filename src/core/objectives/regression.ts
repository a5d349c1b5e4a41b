import { message, verbatim } from '../messages/message.js';
import { numberExample } from '../data/examples/labelledExamples.js';
import type { TaskOf } from '../runs/schema.js';
import { RegressionAccumulator } from './accumulators.js';
import { holdsQuantities, requireNumbers, requireTexts } from './labelSet.js';
import type { LabelledObjective } from './objective.js';
import { textTargets } from './rowTargets.js';

/** One number per text, or several. */
export const regression: LabelledObjective<TaskOf<'regression'>> = {
  kind: 'regression',
  data: 'labelled',
  names: {
    task: 'regression',
    choice: message('training.predictNumbers'),
    pipeline: 'text-classification',
    adapter: 'SEQ_CLS',
  },
  head: 'sequence',
  metrics: ['meanSquaredError', 'correlation', 'rSquared', 'meanAbsoluteError'],
  baselineNames: { constant: 'mean', bagOfWords: 'bagOfWords' },
  minimumEpochs: 3,
  trainsNewModels: false,
  fillsMasks: false,
  predictsTexts: true,
  headLabels: ({ outputs }) => ({ labels: outputs, problemType: 'regression' }),
  outputs: ({ outputs }) => outputs,
  labelOutputs: () => null,
  describeOutputs: ({ outputs }) => verbatim(outputs.join(', ')),
  continueWithOutputs: () => '',
  describeModel: ({ outputs }) => `A model that predicts ${outputs.join(', ')}`,
  loss: () => ({ kind: 'meanSquaredError', labelSmoothing: 0, classWeights: null }),
  rowCount: ({ batchSize }) => batchSize,
  accumulator: ({ outputs }) => new RegressionAccumulator(outputs.length),

  isLikely: (facts) => !facts.hasWords && holdsQuantities(facts),
  taskOf: (scan) => {
    requireTexts(scan);
    requireNumbers(scan);
    return { kind: 'regression', outputs: [...scan.labelColumns] };
  },
  labelCounts: () => null,
  exampleOf: (record, _task, options) => numberExample(record, options),
  targets: (examples) => textTargets(examples, null),
  answer: ({ answer }, { outputs }, nextRow) => {
    if (answer.kind !== 'numbers') throw new RangeError('a regression without its numbers');
    return {
      kind: 'numbers',
      names: outputs,
      expected: [...answer.numbers],
      predicted: Array.from(nextRow()),
    };
  },
};
