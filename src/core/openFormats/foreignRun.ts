import { metricsRowSchema, type MetricsRow } from '../runs/schema.js';
import type { ForeignTool } from '../specs/importedRun.js';
import type { ParameterValue } from '../specs/runParameters.js';

/** One value of a metric as another tool has written it. */
export interface ForeignPoint {
  readonly step: number;
  /** Name in the file, such as `eval_loss` or `train/loss`. */
  readonly name: string;
  readonly value: number;
  readonly epoch?: number;
  /** Seconds since the start. */
  readonly time?: number;
}

/** A run of another tool. */
export interface ForeignRun {
  readonly tool: ForeignTool;
  readonly points: readonly ForeignPoint[];
  /** Steps planned; `null` if the tool does not say. */
  readonly totalSteps: number | null;
  /** Whether the files say that the training is over; some tools never do. */
  readonly hasEnded: boolean;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** Values of a run that are read at most. */
export const MAX_FOREIGN_POINTS = 2_000_000;

type Split = MetricsRow['split'];

const SPLITS: Readonly<Record<string, Split>> = {
  ...{ train: 'train', training: 'train' },
  ...{ eval: 'heldOut', val: 'heldOut', valid: 'heldOut', validation: 'heldOut', dev: 'heldOut' },
  ...{ evaluation: 'heldOut', heldout: 'heldOut', test: 'test', predict: 'test' },
};

type Metric = Exclude<keyof MetricsRow, 'step' | 'epoch' | 'time' | 'split'>;

const METRICS: Readonly<Record<string, Metric>> = {
  ...{ loss: 'loss', perplexity: 'perplexity', accuracy: 'accuracy', acc: 'accuracy' },
  ...{ maskedaccuracy: 'maskedAccuracy', f1: 'macroF1', macrof1: 'macroF1', f1macro: 'macroF1' },
  ...{ microf1: 'microF1', f1micro: 'microF1' },
  ...{ mcc: 'matthewsCorrelation', matthewscorrelation: 'matthewsCorrelation' },
  ...{ r2: 'rSquared', rsquared: 'rSquared', r2score: 'rSquared' },
  ...{ mse: 'meanSquaredError', meansquarederror: 'meanSquaredError' },
  ...{ mae: 'meanAbsoluteError', meanabsoluteerror: 'meanAbsoluteError' },
  ...{ pearson: 'correlation', pearsonr: 'correlation', correlation: 'correlation' },
  ...{ learningrate: 'learningRate', lr: 'learningRate' },
  ...{ gradnorm: 'gradientNorm', gradientnorm: 'gradientNorm' },
  ...{ tokenspersecond: 'tokensPerSecond' },
};

/** Split and metric that a name such as `eval/loss`, `loss/train` or `eval_grad_norm` stands for. */
export function readMetricName(
  name: string,
): { readonly split: Split; readonly metric: Metric } | null {
  const parts = name
    .toLowerCase()
    .split(/[/_.\- ]+/)
    .filter((part) => part !== '');
  const places = [0, parts.length - 1].filter((at) => Object.hasOwn(SPLITS, parts[at] ?? ''));
  const [place] = places;
  const rest = place === undefined ? parts : parts.filter((_, at) => at !== place);
  const key = rest.join('');
  if (!Object.hasOwn(METRICS, key)) return null;
  const split = place === undefined ? 'train' : SPLITS[parts[place]!]!;
  return { split, metric: METRICS[key]! };
}

/**
 * Rows of metrics by step and split, in the order of the steps. Values that have no name here, are not
 * finite or belong to a row without a loss are left out.
 */
export function metricsRowsOf(
  points: readonly ForeignPoint[],
  { isMaskedLm }: { readonly isMaskedLm: boolean },
): MetricsRow[] {
  const rows = new Map<string, { [Key in keyof MetricsRow]?: MetricsRow[Key] }>();
  for (const { step, name, value, epoch, time } of points) {
    const found = readMetricName(name);
    if (found === null || !Number.isFinite(value)) continue;
    const { split, metric } = found;
    const key = `${step} ${split}`;
    const row = rows.get(key) ?? { step, split, epoch: 0, time: 0 };
    rows.set(key, row);
    // Accuracy of a masked language model is that of its masked tokens.
    row[isMaskedLm && metric === 'accuracy' ? 'maskedAccuracy' : metric] = value;
    row.epoch = Math.max(0, epoch ?? row.epoch ?? 0);
    row.time = Math.max(0, time ?? row.time ?? 0);
  }
  return [...rows.values()]
    .flatMap((row): MetricsRow[] => {
      const perplexity =
        isMaskedLm && row.split !== 'train' && row.loss !== undefined
          ? { perplexity: row.perplexity ?? Math.exp(row.loss) }
          : {};
      const parsed = metricsRowSchema.safeParse({ ...row, ...perplexity });
      return parsed.success ? [parsed.data] : [];
    })
    .sort((a, b) => a.step - b.step);
}
