import { describe, expect, it } from 'vitest';
import { modelName } from '../../../src/core/models/modelName.js';

describe('the name of a model', () => {
  it.each([
    ['/models/small-en', 'small-en'],
    ['/models/small-en/', 'small-en'],
    ['C:\\models\\small-en', 'small-en'],
    ['/notes/.masklab/runs/calm-otter/model', 'calm-otter'],
    ['C:\\notes\\runs\\calm-otter\\model', 'calm-otter'],
    ['/model', 'model'],
  ])('of the folder %s is %s', (folder, name) => {
    expect(modelName(folder)).toBe(name);
  });
});
