import { expect, it } from 'vitest';
import { nearestNames, searchableParts } from '../../../src/core/hub/nearestNames.js';

it('finds the names that a mistyped one may mean', () => {
  const known = [
    'google-bert/bert-base-uncased',
    'google-bert/bert-base-cased',
    'distilbert/distilbert-base-uncased',
    'FacebookAI/roberta-base',
  ];
  expect(nearestNames('google-bert/bert-base-uncasd', known)[0]).toBe(known[0]);
  expect(nearestNames('bert/bert-base-cased', known)[0]).toBe(known[1]);
  expect(nearestNames('facebookai/roberta-bas', known)).toContain(known[3]);
  expect(nearestNames('x/quite-another-thing-altogether', known)).toEqual([]);
  expect(searchableParts('google-bert/bert-base-uncasd')).toEqual(['uncasd', 'bert', 'base']);
});
