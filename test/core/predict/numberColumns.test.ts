import { expect, it } from 'vitest';
import { numberColumns } from '../../../src/core/predict/numberColumns.js';

it('keeps names, and gives those of other columns a unique one', () => {
  expect(numberColumns(['stars', 'price'], ['text', 'id'])).toEqual(['stars', 'price']);
  expect(numberColumns(['id', 'prediction of id', 'text'], ['text', 'id'])).toEqual([
    'prediction of prediction of id',
    'prediction of id',
    'prediction of text',
  ]);
});
