import { quantityMessage, type AppErrorData } from '../errors.js';
import { message, type Message } from '../messages/message.js';
import type { AlertKind, RunAlert } from './alertSchema.js';
import type { MetricsRow, RunState } from './schema.js';

/** Steps before the first alert: everything moves at the start. */
const FIRST_STEP = 30;
/** Weight of a new value in the moving averages of the training loss and of gradient norms. */
const NEW_SHARE = 0.05;
/** A loss above its lowest average by this factor and this much, for so many steps, diverges. */
const DIVERGING = { factor: 1.5, nats: 0.5, steps: 20 };
/** A gradient norm so many times the usual one, and so many standard deviations above it, is a spike. */
const SPIKE = { factor: 10, deviations: 6 };
/** Evaluations in a row above the best one, by this share of it, that count as rising. */
const RISING = { evaluations: 3, share: 0.02 };
/** Evaluations within this share of their best, with this part of the run still to come. */
const PLATEAU = { evaluations: 6, share: 0.003, left: 0.3 };
/** Tokens per second below this share of the usual number, for so many steps. */
const SLOWER = { share: 0.5, steps: 20, first: 100 };
/** A run that takes so many times its estimate at its present pace. */
const LONGER = 2;

/** Average and spread of values that vary by factors. */
interface Spread {
  readonly mean: number;
  readonly variance: number;
}

/** The best evaluation. */
interface Best {
  readonly step: number;
  readonly loss: number;
  /** Mean training loss since the evaluation before it; `null` without a step. */
  readonly train: number | null;
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
  }

  clear(): void {
    this.sum = this.count = 0;
  }

  get value(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}

/** Facts about a run that its curves are compared with. */
export type WatchedRun = Pick<RunState, 'totalSteps' | 'estimatedSeconds'>;

export interface AlertWatchOptions {
  /** Returns the steps of the whole run, and the seconds that it was estimated to train. */
  readonly run: () => WatchedRun;
  /** Whether the model of the best evaluation is the run’s model. Default: that of the last step. */
  readonly keepsBest?: boolean;
}

/**
 * Watches the curves of a run as its rows are written, in constant memory. It keeps one alert of each
 * kind, from the step at which it began, and drops it when the cause has passed.
 */
export class AlertWatch {
  private changes = 0;
  private readonly found = new Map<AlertKind, RunAlert>();
  private loss: number | null = null;
  private lowest: { readonly step: number; readonly loss: number } | null = null;
  private stepsAbove = 0;
  private gradients: Spread | null = null;
  private usualSpeed: number | null = null;
  private speed: number | null = null;
  private stepsSlower = 0;
  private trainSteps = 0;
  private best: Best | null = null;
  /** Training loss since the last evaluation, and since the best one. */
  private readonly recent = new Mean();
  private readonly sinceBest = new Mean();
  private readonly evaluations: { readonly step: number; readonly loss: number }[] = [];

  constructor(private readonly options: AlertWatchOptions) {}

  /** In the order in which they began. */
  get alerts(): RunAlert[] {
    return [...this.found.values()].sort((a, b) => a.step - b.step);
  }

  /** Adds a row; returns whether the alerts have changed. */
  push(row: MetricsRow): boolean {
    const before = this.changes;
    if (row.split === 'train') this.trained(row);
    else if (row.split === 'heldOut') this.evaluated(row);
    return this.changes !== before;
  }

  private trained(row: MetricsRow): void {
    this.trainSteps++;
    this.watchLoss(row);
    this.watchGradients(row);
    this.watchSpeed(row);
    this.watchEstimate(row);
  }

  private watchLoss({ step, loss }: MetricsRow): void {
    this.recent.add(loss);
    this.sinceBest.add(loss);
    this.loss = this.loss === null ? loss : this.loss + NEW_SHARE * (loss - this.loss);
    if (this.trainSteps < FIRST_STEP) return;
    if (this.lowest === null || this.loss < this.lowest.loss) {
      this.lowest = { step, loss: this.loss };
    }
    const { factor, nats, steps } = DIVERGING;
    const isAbove = this.loss > Math.max(this.lowest.loss * factor, this.lowest.loss + nats);
    this.stepsAbove = isAbove ? this.stepsAbove + 1 : 0;
    if (this.stepsAbove >= steps) {
      this.raise('diverging', this.lowest.step, () =>
        message('alert.diverging', {
          step: String(this.lowest?.step ?? step),
          from: { loss: this.lowest?.loss ?? loss },
          to: { loss: this.loss ?? loss },
        }),
      );
    } else if (!isAbove) this.drop('diverging');
  }

  private watchGradients({ step, gradientNorm }: MetricsRow): void {
    if (gradientNorm === undefined || gradientNorm <= 0) return;
    const value = Math.log(gradientNorm);
    const { gradients } = this;
    if (gradients === null) {
      this.gradients = { mean: value, variance: 0 };
      return;
    }
    const away = value - gradients.mean;
    const deviation = Math.sqrt(gradients.variance);
    const isSpike =
      this.trainSteps > FIRST_STEP &&
      away > Math.log(SPIKE.factor) &&
      away > SPIKE.deviations * deviation;
    if (isSpike) {
      const usual = Math.exp(gradients.mean).toPrecision(2);
      this.changes++;
      this.found.set('gradientSpike', {
        kind: 'gradientSpike',
        step,
        message: message('alert.gradientSpike', {
          step: String(step),
          norm: gradientNorm.toPrecision(2),
          usual,
        }),
      });
      return;
    }
    this.gradients = {
      mean: gradients.mean + NEW_SHARE * away,
      variance: (1 - NEW_SHARE) * (gradients.variance + NEW_SHARE * away * away),
    };
  }

  private watchSpeed({ step, tokensPerSecond }: MetricsRow): void {
    if (tokensPerSecond === undefined || tokensPerSecond <= 0) return;
    this.speed =
      this.speed === null
        ? tokensPerSecond
        : this.speed + NEW_SHARE * (tokensPerSecond - this.speed);
    const { share, steps, first } = SLOWER;
    if (this.trainSteps <= first) {
      // The first steps load and compile; the usual speed is that of the steps after them.
      if (this.trainSteps === FIRST_STEP) this.speed = tokensPerSecond;
      this.usualSpeed = this.speed;
      return;
    }
    const usual = this.usualSpeed ?? this.speed;
    const isSlower = this.speed < share * usual;
    this.stepsSlower = isSlower ? this.stepsSlower + 1 : 0;
    if (this.stepsSlower >= steps) {
      this.raise('slower', step, () =>
        message('alert.slower', {
          speed: Math.round(this.speed ?? usual),
          usual: Math.round(usual),
        }),
      );
    } else if (!isSlower) this.drop('slower');
  }

  /** The time so far counts evaluations, as the estimate does. */
  private watchEstimate({ step, time }: MetricsRow): void {
    const { estimatedSeconds: estimated, totalSteps } = this.options.run();
    if (estimated === undefined || step < FIRST_STEP) return;
    const projected = (time / step) * totalSteps;
    if (projected < LONGER * estimated) {
      this.drop('slowerThanEstimated');
      return;
    }
    this.raise('slowerThanEstimated', step, () =>
      message('alert.slowerThanEstimated', {
        projected: { seconds: projected },
        estimated: { seconds: estimated },
      }),
    );
  }

  private evaluated({ step, loss }: MetricsRow): void {
    this.evaluations.push({ step, loss });
    if (this.evaluations.length > PLATEAU.evaluations) this.evaluations.shift();
    if (this.best === null || loss < this.best.loss) {
      this.best = { step, loss, train: this.recent.value };
      this.sinceBest.clear();
      this.drop('heldOutRising');
    } else this.watchRise(this.best);
    this.recent.clear();
    this.watchPlateau(step);
  }

  /** Held-out loss rises while training loss still falls: the model learns its data by heart. */
  private watchRise(best: NonNullable<AlertWatch['best']>): void {
    const { evaluations, share } = RISING;
    const since = this.evaluations.slice(-evaluations);
    const limit = best.loss + share * Math.abs(best.loss);
    const isRising = since.length === evaluations && since.every(({ loss }) => loss > limit);
    const { value: train } = this.sinceBest;
    const isLearning = train !== null && best.train !== null && train < best.train;
    if (!isRising || !isLearning) return;
    const latest = since.at(-1)?.loss ?? best.loss;
    const said = { step: String(best.step), from: { loss: best.loss }, to: { loss: latest } };
    this.raise('heldOutRising', best.step, () =>
      this.options.keepsBest === true
        ? message('alert.heldOutRisingBestKept', said)
        : message('alert.heldOutRising', said),
    );
  }

  private watchPlateau(step: number): void {
    const { evaluations, share, left } = PLATEAU;
    const losses = this.evaluations.map(({ loss }) => loss);
    const [lowest, highest] = [Math.min(...losses), Math.max(...losses)];
    const isFlat = losses.length === evaluations && highest - lowest < share * Math.abs(lowest);
    if (!isFlat) {
      this.drop('plateau');
      return;
    }
    if (step > (1 - left) * this.options.run().totalSteps || step < FIRST_STEP) return;
    const from = this.evaluations[0]?.step ?? step;
    this.raise('plateau', from, () =>
      message('alert.plateau', { step: String(from), loss: { loss: lowest }, count: evaluations }),
    );
  }

  private drop(kind: AlertKind): void {
    if (this.found.delete(kind)) this.changes++;
  }

  /** An alert keeps the step and the text that it began with. */
  private raise(kind: AlertKind, step: number, said: () => Message): void {
    if (this.found.has(kind)) return;
    this.found.set(kind, { kind, step, message: said() });
    this.changes++;
  }
}

/** Alerts of a run that an error has ended: those so far, and the error if it is about its curves. */
export function alertsAtEnd(alerts: readonly RunAlert[], error: AppErrorData): RunAlert[] {
  if (error.code !== 'Diverged') return [...alerts];
  const { step, quantity, value } = error.details;
  const said = { quantity: quantityMessage(quantity), value, step };
  return [...alerts, { kind: 'notFinite', step, message: message('alert.notFinite', said) }];
}
