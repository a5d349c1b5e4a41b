import { beforeEach, describe, expect, it } from 'vitest';
import path from 'node:path';
import { loadTokenizer } from '../../../src/node/tokenizers/loadTokenizer.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import type { SampledMasking } from '../../../src/core/specs/sampledMasking.js';
import { sampleMasking } from '../../../src/node/preparation/sampleMasking.js';
import { planRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { messageInEnglish } from '../../support/inEnglish.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const WORDS = 'the soup was warm and good room cold bad dear friend';
const folder = useScratchFolder();
const modelFolder = (): string => path.join(folder.path, 'tiny');

beforeEach(async () => {
  await writeTinyModel(modelFolder(), WORDS);
  // One word of ten is "good".
  const others = WORDS.split(' ').filter((word) => word !== 'good');
  const lines = Array.from({ length: 400 }, (_, i) =>
    ['good', ...others.slice(1).map((_word, at) => others[(i + at * (i % 7)) % others.length])]
      .join(' ')
      .concat('.\n\n'),
  );
  folder.write('a.txt', lines.join(''));
  folder.write(
    'good.mask.json',
    JSON.stringify({
      version: 1,
      rate: 0,
      rules: [{ name: 'good words', words: ['good'], rate: 1 }],
    }),
  );
  folder.write('broken.mask.json', '{ "version": 1, "rate": 7 }');
});

async function sampled(
  policies: readonly string[],
  signal?: AbortSignal,
): Promise<SampledMasking[]> {
  const request = { runsFolder: path.join(folder.path, 'runs'), workspaceFolder: folder.path };
  const options = { maxLength: 32, masking: 'good.mask.json' };
  const { spec } = await planRun(
    await inspectRun({ ...request, paths: ['a.txt'], modelFolder: modelFolder(), options }),
  );
  const found: SampledMasking[] = [];
  await sampleMasking(spec, {
    tokenizer: await loadTokenizer(modelFolder()),
    ...{ maxLength: 32, policies, workspaceFolders: [folder.path], signal },
    onSampled: (one) => found.push(one),
  });
  return found;
}

describe('the share of masked tokens in a sample', () => {
  it('is that of the rules on this text, for the policy of the run and for others', async () => {
    const [own, bert, pmi] = await sampled(['bert', 'pmi']);
    expect(own).toMatchObject({ policy: null });
    expect(own!.share).toBeGreaterThan(0.08);
    expect(own!.share).toBeLessThan(0.12);
    expect(messageInEnglish(own!.masked)).toMatch(
      /^\d+\.\d% of the tokens \(good words \d+\.\d%\)$/,
    );
    expect(bert).toMatchObject({ policy: 'bert' });
    expect(bert!.share).toBeGreaterThan(0.1);
    expect(bert!.share).toBeLessThan(0.2);
    // Its statistics are counted in the sample.
    expect(pmi).toMatchObject({ policy: 'pmi' });
  });

  it('is told of rows with labels, for all and for each label', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) =>
      i % 2 === 0 ? `the soup was good ${i},praise` : `the room was cold ${i},complaint`,
    );
    folder.write('rows.csv', `text,label\n${rows.join('\n')}\n`);
    const request = { runsFolder: path.join(folder.path, 'runs'), workspaceFolder: folder.path };
    const sampledWith = async (options: RunOptions): Promise<SampledMasking[]> => {
      const inspected = { ...request, paths: ['rows.csv'], modelFolder: modelFolder(), options };
      const { spec } = await planRun(await inspectRun(inspected));
      const found: SampledMasking[] = [];
      await sampleMasking(spec, {
        tokenizer: await loadTokenizer(modelFolder()),
        ...{
          maxLength: 32,
          policies: ['bert', 'zebra.mask.json'],
          workspaceFolders: [folder.path],
        },
        onSampled: (one) => found.push(one),
      });
      return found;
    };
    const rules = [{ name: 'animals', words: ['zebra'], rate: 1 }];
    folder.write('zebra.mask.json', JSON.stringify({ version: 1, rate: 0, rules }));
    const [own, bert, zebra] = await sampledWith({
      task: 'classification',
      masking: 'good.mask.json',
    });
    expect(own).toMatchObject({ policy: null });
    expect(own!.share).toBeGreaterThan(0.05);
    expect(messageInEnglish(own!.byLabel!)).toMatch(
      /^In the texts of each label: (praise [1-9][\d.]*%|complaint 0(\.0)?%) and (praise [1-9][\d.]*%|complaint 0(\.0)?%)\.$/,
    );
    expect(bert!.share).toBeGreaterThan(0.1);
    expect([messageInEnglish(zebra!.masked), zebra!.byLabel]).toEqual(['none of the tokens', null]);
    // Without a policy there is none of the run; others can be compared.
    const [first, ...others] = await sampledWith({ task: 'classification' });
    expect([first!.policy, others.length]).toEqual(['bert', 1]);
  });

  it('leaves out policies that cannot be read', async () => {
    const found = await sampled(['broken.mask.json', 'missing.mask.json', 'roberta']);
    expect(found.map(({ policy }) => policy)).toEqual([null, 'roberta']);
  });

  it('ends when it is canceled', async () => {
    await expect(sampled(['bert'], AbortSignal.abort())).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    });
  });
});
