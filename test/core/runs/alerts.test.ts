import { describe, expect, it } from 'vitest';
import type { RunAlert } from '../../../src/core/runs/alertSchema.js';
import { alertsAtEnd, AlertWatch } from '../../../src/core/runs/alerts.js';
import type { AppErrorData } from '../../../src/core/errors.js';
import { message } from '../../../src/core/messages/message.js';
import type { MetricsRow } from '../../../src/core/runs/schema.js';
import { randomStream } from '../../../src/core/random.js';
import { messageInEnglish } from '../../support/inEnglish.js';

interface Curves {
  readonly train: (step: number) => number;
  readonly heldOut: (step: number) => number;
  readonly gradientNorm?: (step: number) => number;
  readonly tokensPerSecond?: (step: number) => number;
}

const STEPS = 400;
const EVERY = 25;

/** Alerts of a run with these curves and noise, at its end. */
function watched(curves: Curves, seed: string, steps = STEPS): AlertWatch {
  const noise = randomStream('alerts', seed);
  const around = (value: number, share: number): number =>
    value * (1 + share * (noise() + noise() + noise() - 1.5));
  const watch = new AlertWatch({ run: () => ({ totalSteps: STEPS }) });
  for (let step = 0; step <= steps; step++) {
    const common = { epoch: step / 100, time: step };
    if (step > 0) {
      watch.push({
        ...common,
        step,
        split: 'train',
        loss: around(curves.train(step), 0.15),
        gradientNorm: around(curves.gradientNorm?.(step) ?? 1, 0.5),
        tokensPerSecond: around(curves.tokensPerSecond?.(step) ?? 900, 0.3),
      } satisfies MetricsRow);
    }
    if (step % EVERY === 0) {
      watch.push({ ...common, step, split: 'heldOut', loss: around(curves.heldOut(step), 0.002) });
    }
  }
  return watch;
}

const falling = (from: number, to: number) => (step: number) =>
  to + (from - to) * Math.exp(-step / 80);
const WELL: Curves = { train: falling(6, 3), heldOut: falling(6, 3.2) };

describe('alerts', () => {
  it('do not come up in runs that go well, whatever the noise', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { alerts } = watched(WELL, String(seed));
      expect(alerts.map(({ kind }) => kind)).toEqual([]);
    }
  });

  it.each<[string, Partial<Curves>, string, RegExp]>([
    [
      'a loss that rises for good',
      { train: (step) => (step < 200 ? falling(6, 3)(step) : 3 + (step - 200) / 20) },
      'diverging',
      /The training loss has risen from 3\.\d+ at step \d+ to \d/,
    ],
    [
      'one gradient that is far above all others',
      { gradientNorm: (step) => (step === 300 ? 60 : 1) },
      'gradientSpike',
      /The gradient norm was \d+ at step 300, and is usually/,
    ],
    [
      'a held-out loss that rises while the training loss falls',
      {
        train: falling(6, 1),
        heldOut: (step) => (step < 150 ? falling(6, 3)(step) : 3.5 + (step - 150) / 300),
      },
      'heldOutRising',
      /The held-out loss has risen from \d\.\d+ at step \d+ to/,
    ],
    [
      'a machine that gets half as fast',
      { tokensPerSecond: (step) => (step < 200 ? 900 : 300) },
      'slower',
      /slowed down to \d+ tokens per second from \d+/,
    ],
  ])('come up for %s', (_, curves, kind, text) => {
    for (let seed = 0; seed < 10; seed++) {
      const { alerts } = watched({ ...WELL, ...curves }, String(seed));
      expect(alerts.map((alert) => alert.kind)).toEqual([kind]);
      expect(messageInEnglish(alerts[0]!.message)).toMatch(text);
    }
  });

  describe('about a held-out loss that rises', () => {
    const HELD_OUT = [0.69, 0.5, 0.25, 0.21, 0.22, 0.23, 0.24];
    /** Alerts of a run that evaluates every four steps. */
    const shortRun = (train: (step: number) => number, keepsBest = false): string[] => {
      const watch = new AlertWatch({ run: () => ({ totalSteps: 24 }), keepsBest });
      for (const [i, loss] of HELD_OUT.entries()) {
        for (let step = 4 * i - 3; step <= 4 * i && i > 0; step++) {
          watch.push({ step, epoch: 0, time: step, split: 'train', loss: train(step) });
        }
        watch.push({ step: 4 * i, epoch: 0, time: 4 * i, split: 'heldOut', loss });
      }
      return watch.alerts.map(({ message: said }) => messageInEnglish(said));
    };

    it('compare the training loss around the best evaluation, not with that of the first steps', () => {
      expect(shortRun((step) => (step <= 12 ? 0.7 / step : 0.3))).toEqual([]);
      expect(shortRun((step) => 0.7 / step)).toHaveLength(1);
    });

    it('do not advise keeping the best model where that is done', () => {
      const train = (step: number): number => 0.7 / step;
      expect(shortRun(train)).toEqual([expect.stringMatching(/or keep the best model instead/)]);
      expect(shortRun(train, true)).toEqual([
        expect.stringMatching(/overfits\. The run keeps the model of the best evaluation;/),
      ]);
    });
  });

  it('come up for a held-out loss that no longer moves, while much of the run is left', () => {
    const flat = (step: number): number => (step < 50 ? falling(6, 4)(step) : 3.9);
    const still = new AlertWatch({ run: () => ({ totalSteps: STEPS }) });
    for (let step = 0; step <= 260; step += EVERY) {
      still.push({ step, epoch: 0, time: step, split: 'heldOut', loss: flat(step) });
    }
    expect(still.alerts.map(({ kind }) => kind)).toEqual(['plateau']);
    const late = new AlertWatch({ run: () => ({ totalSteps: 270 }) });
    for (let step = 0; step <= 260; step += EVERY) {
      const loss = step < 110 ? 6 - step / 60 : 4;
      late.push({ step, epoch: 0, time: step, split: 'heldOut', loss });
    }
    expect(late.alerts).toEqual([]);
  });

  it('go when their cause has passed', () => {
    const slow = (step: number): number => (step >= 200 && step < 300 ? 300 : 900);
    const during = watched({ ...WELL, tokensPerSecond: slow }, '1', 299);
    expect(during.alerts.map(({ kind }) => kind)).toEqual(['slower']);
    expect(watched({ ...WELL, tokensPerSecond: slow }, '1').alerts).toEqual([]);
  });
});

describe('the alert of a run that takes longer than estimated', () => {
  const STEP_SECONDS = 3;
  /** Alerts after steps of three seconds each, or of `later` seconds after step 100. */
  const after = (steps: number, estimatedSeconds: number, later = STEP_SECONDS): string[] => {
    const watch = new AlertWatch({ run: () => ({ totalSteps: STEPS, estimatedSeconds }) });
    let time = 0;
    for (let step = 1; step <= steps; step++) {
      time += step > 100 ? later : STEP_SECONDS;
      watch.push({ step, epoch: 0, time, split: 'train', loss: 5 });
    }
    return watch.alerts.map(({ message: said }) => messageInEnglish(said));
  };

  it('comes up at twice the estimate, with both times', () => {
    expect(after(60, 0.4 * STEP_SECONDS * STEPS)).toEqual([
      'At its present pace, training takes 20 min instead of the estimated 8 min. Check what else uses this machine, or stop the run and start a smaller one.',
    ]);
    expect(after(60, 0.6 * STEP_SECONDS * STEPS)).toEqual([]);
  });

  it('stays away in the first steps, which load and compile, and goes when the run catches up', () => {
    expect(after(20, 1)).toEqual([]);
    expect(after(100, 0.4 * STEP_SECONDS * STEPS)).toHaveLength(1);
    expect(after(300, 0.4 * STEP_SECONDS * STEPS, 0.1)).toEqual([]);
  });
});

describe('the alerts of a run that an error ended', () => {
  const spike: RunAlert = {
    kind: 'gradientSpike',
    step: 5,
    message: message('alert.gradientSpike', { step: '5', norm: '60', usual: '1' }),
  };

  it('have the loss that was no number, after those before', () => {
    const details = { step: 7, quantity: 'loss', value: 'NaN', learningRate: 1, checkpointStep: 6 };
    const alerts = alertsAtEnd([spike], { code: 'Diverged', details } as AppErrorData);
    expect(alerts.map(({ kind, step }) => [kind, step])).toEqual([
      ['gradientSpike', 5],
      ['notFinite', 7],
    ]);
    expect(messageInEnglish(alerts[1]!.message)).toBe(
      'The loss became NaN at step 7, which ended the run.',
    );
  });

  it('are those before if the error is about something else', () => {
    expect(alertsAtEnd([spike], { code: 'Internal', details: { message: 'x' } })).toEqual([spike]);
  });
});
