import type { ExcessScale } from './excessScale.js';

/**
 * Scale of the bundled model, written by `scripts/bundledScale.ts`.
 * Weights: c6f4ee82efd1ee514d832ea5505aa372dc28e2aec3bb6f1825296461a091b2bd
 * Sample: e64de5d72aba290175e38850cd77039386ca5bc15283b9e8cfa7b471eaba0c79
 */
export const BUNDLED_SCALE: ExcessScale = {
  words: 2202,
  quantiles: [
    -0.051, 1.139, 2.641, 4.574, 5.722, 7.374, 8.085, 8.938, 9.62, 10.367, 11.682, 13.125, 15.313,
  ],
  tail: 4.16,
};
