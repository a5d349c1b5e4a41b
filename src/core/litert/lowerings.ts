import { ELEMENTWISE } from './lowerElementwise.js';
import { LAYOUT } from './lowerLayout.js';
import { LOOKUPS } from './lowerLookups.js';
import type { Lowering } from './lowering.js';
import { PRODUCTS } from './lowerProducts.js';
import { REDUCTIONS } from './lowerReductions.js';

/** Standard operators of ONNX that built-in operators of LiteRT compute. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ ...ELEMENTWISE, ...LAYOUT, ...LOOKUPS, ...PRODUCTS, ...REDUCTIONS }),
);
