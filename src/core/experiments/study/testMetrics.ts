import { message, type Message } from '../../messages/message.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';

interface TestMetric {
  readonly label: Message;
  /** Whether higher or lower values are better. */
  readonly better: 'more' | 'less';
  /** Whether values are shares, which are shown in percent. */
  readonly isShare: boolean;
}

/** Metrics of a model with labels on a test set. */
export const TEST_METRICS = {
  accuracy: { ...named('accuracy'), isShare: true },
  macroF1: { ...named('macroF1'), isShare: true },
  microF1: { ...named('microF1'), isShare: true },
  matthewsCorrelation: { ...named('matthewsCorrelation'), isShare: false },
  /** Accuracy of the worst group of rows by label and by presence of a word. */
  worstGroup: { label: message('report.worstGroup'), better: 'more', isShare: true },
  /** Expected calibration error (Naeini et al. 2015). */
  calibrationError: { label: message('report.calibrationError'), better: 'less', isShare: true },
  /**
   * Area under the ROC curve of telling the rows of the first test set from those of another by the
   * highest probability (Hendrycks & Gimpel 2017, arXiv:1610.02136).
   */
  outOfDomainAuc: { label: message('report.outOfDomainAuc'), better: 'more', isShare: true },
  /** Share of the rows with one of the study's words whose predicted label changes without them. */
  flipRate: { label: message('report.flipRate'), better: 'less', isShare: true },
  /** Share of the rows with a word of the study's swaps whose predicted label changes with them. */
  swapFlipRate: { label: message('report.swapFlipRate'), better: 'less', isShare: true },
  loss: { ...named('loss'), isShare: false },
  meanSquaredError: { ...named('meanSquaredError'), isShare: false },
  meanAbsoluteError: { ...named('meanAbsoluteError'), isShare: false },
  correlation: { ...named('correlation'), isShare: false },
  rSquared: { ...named('rSquared'), isShare: false },
} as const satisfies Record<string, TestMetric>;
export type TestMetricName = keyof typeof TEST_METRICS;
export const TEST_METRIC_NAMES = Object.keys(TEST_METRICS) as [TestMetricName, ...TestMetricName[]];

/**
 * Name of a metric. With `countsAnswers`, rows have several labels each, and a row of a group is right if all of
 * them are.
 */
export function testMetricLabel(
  name: TestMetricName,
  { countsAnswers = false }: { readonly countsAnswers?: boolean },
): Message {
  return countsAnswers && name === 'worstGroup'
    ? message('report.worstGroupExact')
    : TEST_METRICS[name].label;
}

export function isTestMetric(name: string): name is TestMetricName {
  return Object.hasOwn(TEST_METRICS, name);
}

function named<Name extends keyof typeof HELD_OUT_METRICS>(
  name: Name,
): Pick<(typeof HELD_OUT_METRICS)[Name], 'label' | 'better'> {
  const { label, better } = HELD_OUT_METRICS[name];
  return { label, better };
}
