import type { ExcessScale } from './excessScale.js';

/**
 * Scale of the bundled model, written by `scripts/bundledScale.ts`.
 * Weights: 7c94bddbfebac9dad6054ee9607e70a279368bd4f729bdcc62c418937f95c651
 * Sample: e64de5d72aba290175e38850cd77039386ca5bc15283b9e8cfa7b471eaba0c79
 */
export const BUNDLED_SCALE: ExcessScale = {
  words: 2202,
  quantiles: [
    -0.373, 0.698, 2.091, 3.787, 4.995, 6.512, 7.526, 8.326, 9.049, 9.736, 11.024, 12.249, 14.769,
  ],
  tail: 3.176,
};
