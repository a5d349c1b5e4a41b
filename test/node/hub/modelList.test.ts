import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocalModel } from '../../../src/core/hub/localModel.js';
import { listLocalModels } from '../../../src/node/hub/modelList.js';
import { add, clientOf, useHub } from '../../support/hubPlace.js';

const place = useHub();

const list = async (): Promise<LocalModel[]> =>
  listLocalModels({
    bundledModel: place().source,
    workspaceFolders: [path.join(place().folder, 'workspace')],
    cacheFolder: place().cache,
    runs: [],
  });

function write(name: string, files: Record<string, string>): void {
  const folder = path.join(place().folder, 'workspace', name);
  fs.mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
}

describe('models on this machine', () => {
  it('are listed with family, task, size and uses', async () => {
    const { commit } = await add(clientOf(place()).client, 'acme/tiny');
    const models = await list();
    expect(models.map(({ origin }) => origin)).toEqual(['bundled', 'cache']);
    expect(models[1]).toMatchObject({
      ...{ name: 'acme/tiny', family: 'bert', head: 'masked-lm', commit, revisions: ['main'] },
      ...{ isComplete: true, problem: null, uses: ['hovers', 'fine-tuning'] },
    });
    expect(models[1]!.bytes).toBeGreaterThan(10_000);
  });

  it('say why they do not load', async () => {
    const weights = { 'model.safetensors': 'x', 'tokenizer.json': '{}' };
    write('gpt', { ...weights, 'config.json': '{"model_type": "gpt2"}' });
    write('mute', { 'model.safetensors': 'x', 'config.json': '{"model_type": "bert"}' });
    write('torn', { ...weights, 'config.json': '{"model_type"' });
    const { folder } = await add(clientOf(place()).client, 'acme/tiny');
    fs.rmSync(path.join(folder, 'tokenizer.json'));
    const models = new Map((await list()).map((model) => [model.name, model]));
    const problemOf = (name: string): string | undefined => models.get(name)?.problem?.id;
    expect(problemOf('gpt')).toBe('models.unsupportedType');
    expect(problemOf('mute')).toBe('hub.noTokenizer');
    expect(problemOf('torn')).toBe('models.noType');
    expect(models.get('acme/tiny')).toMatchObject({
      ...{ isComplete: false, uses: [] },
      problem: { id: 'hub.incomplete', args: { name: 'acme/tiny', file: 'tokenizer.json' } },
    });
    expect([...models.values()].filter(({ uses }) => uses.length > 0)).toHaveLength(1);
  });
});
