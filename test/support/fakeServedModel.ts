import type { PredictionModel } from '../../src/node/models/predictionModel.js';
import { FakeModel, FakeTokenizer, mixedRule } from '../core/predict/fakeModel.js';

/** A masked language model of three words and an ending that notes its runs and whether it was freed. */
export class FakeServedModel extends FakeModel implements PredictionModel {
  readonly kind = 'masked-lm';
  readonly name = 'fake';
  readonly family = 'bert';
  readonly parameterCount = 1;
  readonly weightBytes: number;
  isReleased = false;

  constructor({ weightBytes = 4 }: { weightBytes?: number } = {}) {
    super(new FakeTokenizer(['the', 'cat', 'sat', '##s']), mixedRule);
    this.weightBytes = weightBytes;
  }

  release(): Promise<void> {
    this.isReleased = true;
    return Promise.resolve();
  }
}
