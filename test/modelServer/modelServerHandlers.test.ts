import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { PredictionBatch } from '../../src/core/predict/maskedLanguageModel.js';
import { createHandlers } from '../../src/modelServer/modelServerHandlers.js';
import { RequestQueue, type Urgency } from '../../src/modelServer/requestQueue.js';
import type { PredictionModel } from '../../src/node/models/predictionModel.js';
import { FakeModel, FakeTokenizer, mixedRule } from '../core/predict/fakeModel.js';

const live = { aborted: false };
const signal = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

class FakePredictionModel extends FakeModel implements PredictionModel {
  readonly name = 'fake';
  readonly family = 'bert';
  readonly parameterCount = 1;
  isReleased = false;

  constructor() {
    super(new FakeTokenizer(['the', 'cat', 'sat']), mixedRule);
  }

  release(): Promise<void> {
    this.isReleased = true;
    return Promise.resolve();
  }
}

const request = { modelFolder: 'a', text: 'the cat', start: 4, end: 7, topK: 2 };

describe('handlers', () => {
  it('computes a repeated request once, however urgent', async () => {
    const model = new FakePredictionModel();
    const { predictWord } = createHandlers(() => Promise.resolve(model));
    const first = await predictWord(request, signal);
    expect(await predictWord({ ...request, urgency: 'background' }, signal)).toEqual(first);
    expect(model.batches).toHaveLength(1);
    await predictWord({ ...request, topK: 1 }, signal);
    expect(model.batches).toHaveLength(2);
  });

  it('keeps two models and releases the one used longest ago', async () => {
    const models = new Map<string, FakePredictionModel>();
    const loads: string[] = [];
    const { describeModel } = createHandlers((folder) => {
      loads.push(folder);
      const model = new FakePredictionModel();
      models.set(folder, model);
      return Promise.resolve(model);
    });
    for (const modelFolder of ['a', 'b', 'a', 'c', 'a']) {
      await describeModel({ modelFolder }, signal);
    }
    expect(loads).toEqual(['a', 'b', 'c']);
    expect([...models].map(([, { isReleased }]) => isReleased)).toEqual([false, true, false]);
  });

  it('tries again after a failed load', async () => {
    let attempts = 0;
    const { describeModel } = createHandlers(() => {
      attempts++;
      return attempts === 1
        ? Promise.reject(new Error('not there yet'))
        : Promise.resolve(new FakePredictionModel());
    });
    await expect(describeModel({ modelFolder: 'a' }, signal)).rejects.toThrow('not there yet');
    expect(await describeModel({ modelFolder: 'a' }, signal)).toMatchObject({ name: 'fake' });
  });

  it('refuses a range outside the text', () => {
    const { predictWord } = createHandlers(() => Promise.resolve(new FakePredictionModel()));
    expect(() => predictWord({ ...request, end: 99 }, signal)).toThrow(AppError);
  });

  it('runs one forward pass at a time', async () => {
    let running = 0;
    let most = 0;
    class SlowModel extends FakePredictionModel {
      override async logitsAt(batch: PredictionBatch): Promise<Float32Array> {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return super.logitsAt(batch);
      }
    }
    const { predictWord } = createHandlers(() => Promise.resolve(new SlowModel()));
    await Promise.all([1, 2, 3].map(async (topK) => predictWord({ ...request, topK }, signal)));
    expect(most).toBe(1);
  });
});

describe('RequestQueue', () => {
  const record = (queue: RequestQueue, order: string[]) => (name: string, urgency: Urgency) =>
    queue.run(
      async () => {
        await Promise.resolve();
        order.push(name);
      },
      { urgency, signal: live },
    );

  it('lets interactive work pass background work that has not begun', async () => {
    const order: string[] = [];
    const run = record(new RequestQueue(), order);
    await Promise.all([
      run('begun', 'background'),
      run('later', 'background'),
      run('hover', 'interactive'),
    ]);
    expect(order).toEqual(['begun', 'hover', 'later']);
  });

  it('does not begin what was cancelled while it waited, and goes on after a failure', async () => {
    const queue = new RequestQueue();
    const state = { aborted: false };
    let began = false;
    const failing = queue.run(() => Promise.reject(new Error('broken')), {
      urgency: 'interactive',
      signal: live,
    });
    const cancelled = queue.run(
      () => {
        began = true;
        return Promise.resolve();
      },
      { urgency: 'interactive', signal: state },
    );
    state.aborted = true;
    await expect(failing).rejects.toThrow('broken');
    await expect(cancelled).rejects.toBeInstanceOf(AppError);
    expect(began).toBe(false);
    const after = await queue.run(() => Promise.resolve(5), {
      urgency: 'background',
      signal: live,
    });
    expect(after).toBe(5);
  });
});
