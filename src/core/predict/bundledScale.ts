import type { ExcessScale } from './excessScale.js';

/**
 * Scale of the bundled model, written by `scripts/bundledScale.ts`.
 * Weights: 7c94bddbfebac9dad6054ee9607e70a279368bd4f729bdcc62c418937f95c651
 * Sample: e64de5d72aba290175e38850cd77039386ca5bc15283b9e8cfa7b471eaba0c79
 */
export const BUNDLED_SCALE: ExcessScale = {
  words: 2202,
  quantiles: [
    -0.421, 0.614, 2.035, 3.864, 5.123, 6.817, 7.679, 8.595, 9.272, 10.185, 11.161, 12.691, 14.835,
  ],
  tail: 3.763,
};
