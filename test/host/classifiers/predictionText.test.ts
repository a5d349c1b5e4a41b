import { expect, it, vi } from 'vitest';
import { predictionText } from '../../../src/host/classifiers/predictionText.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

it('labels are told with probabilities, and the likeliest others behind them', () => {
  const probabilities = [
    { label: 'praise', probability: 0.9 },
    { label: 'complaint', probability: 0.1 },
  ];
  expect(predictionText({ kind: 'labels', labels: ['praise'], probabilities })).toBe(
    'praise 90.0% · complaint 10.0%',
  );
  expect(predictionText({ kind: 'labels', labels: [], probabilities })).toBe(
    'no label · praise 90.0%, complaint 10.0%',
  );
});

it('numbers and tags are told in their order', () => {
  expect(predictionText({ kind: 'numbers', numbers: { stars: 4.23456, price: 1200 } })).toBe(
    'stars 4.235, price 1,200',
  );
  const words = [
    { word: 'Ahab', tag: 'B-PER', probability: 0.9 },
    { word: 'sails', tag: null, probability: null },
  ];
  expect(predictionText({ kind: 'tags', words })).toBe('Ahab/B-PER sails/?');
});
