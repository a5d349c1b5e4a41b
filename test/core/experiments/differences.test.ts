import { describe, expect, it } from 'vitest';
import {
  differencesAmong,
  formatParameter,
  namesByDifference,
  parameterName,
} from '../../../src/core/experiments/differences.js';

const base = { 'optimizer.learningRate': 1e-3, 'masking.rate': 0.15, 'model.name': 'small' };

describe('differences among runs', () => {
  it('hold only what differs, absent values included', () => {
    expect(
      differencesAmong([base, { ...base, 'masking.rate': 0.3, 'method.lora.rank': 8 }]),
    ).toEqual([
      { parameter: 'masking.rate', values: [0.15, 0.3] },
      { parameter: 'method.lora.rank', values: [null, 8] },
    ]);
    expect(differencesAmong([base, { ...base }])).toEqual([]);
    expect(differencesAmong([])).toEqual([]);
  });

  it('name runs', () => {
    const others = [base, { ...base, 'optimizer.learningRate': 3e-5, 'masking.rate': 0.3 }];
    expect(namesByDifference(others)).toEqual(['lr 0.001 · mask 0.15', 'lr 3e-5 · mask 0.3']);
  });

  it('name models by their names alone, and do not repeat their hashes', () => {
    const other = { ...base, 'model.name': 'large', 'model.hash': 'f0' };
    expect(namesByDifference([{ ...base, 'model.hash': 'e0' }, other])).toEqual(['small', 'large']);
    expect(
      namesByDifference([
        { ...base, 'model.hash': 'e0' },
        { ...base, 'model.hash': 'f0' },
      ]),
    ).toEqual(['hash e0', 'hash f0']);
  });

  it('name policies by their names and rates, and not by their parts', () => {
    const policy = { 'masking.name': 'Opinion words', 'masking.unit': 'word', 'masking.seed': 3 };
    expect(namesByDifference([base, { ...base, ...policy, 'masking.rate': 0.08 }])).toEqual([
      'mask 0.15',
      'mask 0.08 · Opinion words',
    ]);
  });

  it('stop after three, and say how many more differ', () => {
    const many = { a: 1, b: 1, c: 1, d: 1, e: 1 };
    expect(namesByDifference([many, { a: 2, b: 2, c: 2, d: 2, e: 2 }])[1]).toBe(
      'a 2 · b 2 · c 2 · +2',
    );
  });

  it('read well', () => {
    expect(parameterName('training.evaluateEverySteps')).toBe('evaluate every steps');
    expect(parameterName('optimizer.learningRate')).toBe('lr');
    expect([3e-5, 0.15, 16, true, 'adamw', 0].map(formatParameter)).toEqual([
      '3e-5',
      '0.15',
      '16',
      'true',
      'adamw',
      '0',
    ]);
  });
});
