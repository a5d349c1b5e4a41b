import { describe, expect, it } from 'vitest';
import type { ModelClient } from '../../../src/host/models/modelClient.js';
import { maskTokenOf } from '../../../src/host/predictions/maskToken.js';
import type { ResponseOf } from '../../../src/protocol/channel.js';
import type { ModelServerSide } from '../../../src/protocol/modelServer.js';

describe('maskTokenOf', () => {
  it('follows a model that changes in its folder', async () => {
    let described = describedAs({ kind: 'masked-lm', maskToken: '[MASK]' });
    const modelClient = { call: () => Promise.resolve(described) } as unknown as ModelClient;
    const { signal } = new AbortController();
    const ask = () => maskTokenOf(modelClient, '/model', { lane: 'visible', signal });
    expect(await ask()).toBe('[MASK]');
    described = describedAs({ kind: 'masked-lm', maskToken: '<mask>' });
    expect(await ask()).toBe('<mask>');
    described = describedAs({ kind: 'labels', labels: ['a', 'b'] });
    expect(await ask()).toBeNull();
  });
});

const describedAs = (
  kind: { kind: 'masked-lm'; maskToken: string } | { kind: 'labels'; labels: string[] },
): ResponseOf<ModelServerSide, 'describeModel'> => ({
  ...{ folder: '/model', name: 'model', family: 'bert' },
  ...{ parameterCount: 1, vocabularySize: 9, maxLength: 8, ...kind },
});
