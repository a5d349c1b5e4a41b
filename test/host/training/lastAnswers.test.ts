import { describe, expect, it } from 'vitest';
import { readLastAnswers, rememberAnswers } from '../../../src/host/training/lastAnswers.js';

function memory(stored?: unknown) {
  let value = stored;
  return {
    get: (): never => value as never,
    update: (_: string, next: unknown): Promise<void> => {
      value = next;
      return Promise.resolve();
    },
  };
}

describe('the answers of the last time', () => {
  it('are none in a new workspace, and none where they cannot be read', () => {
    expect(readLastAnswers(memory())).toEqual({});
    expect(readLastAnswers(memory({ paths: 'a.txt' }))).toEqual({});
  });

  it('keep those to questions that were not asked this time', async () => {
    const kept = memory();
    await rememberAnswers(kept, { paths: ['/data'], masking: 'entities', model: '/bert' });
    await rememberAnswers(kept, { model: '' });
    expect(readLastAnswers(kept)).toEqual({ paths: ['/data'], masking: 'entities', model: '' });
  });

  it('forget other columns once the likely ones are taken again', async () => {
    const kept = memory({ columns: { text: 'body', labels: ['stars'] }, task: 'regression' });
    await rememberAnswers(kept, { columns: undefined, task: 'classification' });
    expect(readLastAnswers(kept)).toEqual({ task: 'classification' });
  });
});
