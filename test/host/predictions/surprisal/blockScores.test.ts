import { expect, it } from 'vitest';
import { BlockScores } from '../../../../src/host/predictions/surprisal/blockScores.js';

const options = { lane: 'visible', signal: new AbortController().signal } as const;

it('scores only the block that an edit changed', async () => {
  const asked: string[] = [];
  const scores = new BlockScores((text) => {
    asked.push(text);
    return Promise.resolve([]);
  });
  for (const text of ['a', 'b', 'c']) await scores.of(text, options);
  scores.keepOnly(new Set(['a', 'b', 'c']));
  for (const text of ['a', 'b!', 'c']) await scores.of(text, options);
  expect(asked).toEqual(['a', 'b', 'c', 'b!']);
  scores.keepOnly(new Set(['a', 'b!']));
  expect(scores.get('c')).toBeUndefined();
});

it('asks again for a block that could not be scored', async () => {
  let attempts = 0;
  const scores = new BlockScores(() =>
    attempts++ === 0 ? Promise.reject(new Error('gone')) : Promise.resolve([]),
  );
  await expect(scores.of('a', options)).rejects.toThrow('gone');
  expect(await scores.of('a', options)).toEqual([]);
});
