import { normalStream, randomStream } from '../../random.js';
import type { ModelConfig } from '../createModel.js';
import { createModel } from '../createModel.js';
import type { HeadOptions } from '../encoder/head.js';
import type { Initial, PlannedParameter } from '../encoder/parameters.js';
import { applyFastStart } from '../fastStart.js';
import type { ParameterTensor } from '../model.js';

export interface InitializeOptions extends HeadOptions {
  /** `default` is that of the family; `fastStart`, for BERT, is that of `applyFastStart`. */
  readonly initialization?: 'default' | 'fastStart';
}

/** New weights for a model by hub name, deterministic for a seed. */
export function initializeParameters(
  config: ModelConfig,
  seed: number,
  { initialization = 'default', ...options }: InitializeOptions = {},
): Map<string, ParameterTensor> {
  const parameters = drawParameters(createModel(config, options).parameters, 'weights', seed);
  if (initialization === 'fastStart') {
    if (config.model_type !== 'bert') throw new RangeError('only BERT has a fast start');
    applyFastStart(config, parameters);
  }
  return parameters;
}

/** New values for some parameters, drawn in order from the stream `purpose`. */
export function drawParameters(
  parameters: readonly PlannedParameter[],
  purpose: string,
  seed: number,
): Map<string, ParameterTensor> {
  const normal = normalStream(randomStream(purpose, seed));
  return new Map(
    parameters.map(({ name, dims, initial }) => [
      name,
      { dims, data: draw(dims, initial, normal) },
    ]),
  );
}

function draw(dims: readonly number[], initial: Initial, normal: () => number): Float32Array {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  const width = dims[1] ?? 1;
  switch (initial.kind) {
    case 'zeros':
      break;
    case 'ones':
      data.fill(1);
      break;
    case 'sinusoids':
      for (let i = 0; i < data.length; i++) {
        const column = i % width;
        const angle = Math.floor(i / width) / 10_000 ** ((column - (column % 2)) / width);
        data[i] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
      break;
    case 'normal': {
      const { deviation, cutoff = Infinity, zeroRow } = initial;
      for (let i = 0; i < data.length; i++) {
        let value = normal();
        while (Math.abs(value) > cutoff) value = normal();
        data[i] = value * deviation;
      }
      if (zeroRow !== undefined) data.fill(0, zeroRow * width, (zeroRow + 1) * width);
      break;
    }
  }
  return data;
}
