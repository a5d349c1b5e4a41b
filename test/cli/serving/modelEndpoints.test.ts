import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceClient } from '@huggingface/inference';
import { env, pipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InferenceServer } from '../../../src/cli/serving/inferenceServer.js';
import { ModelEndpoints } from '../../../src/cli/serving/modelEndpoints.js';
import { LIMITS } from '../../../src/cli/serving/requestBodies.js';
import { RequestQueue } from '../../../src/cli/serving/requestQueue.js';
import { routesOf } from '../../../src/cli/serving/routes.js';
import { loadServedModel } from '../../../src/node/models/servedModel.js';
import { ModelJobs } from '../../../src/node/serving/modelJobs.js';
import { versionOf } from '../../../src/node/serving/modelStore.js';
import { writeTinyClassifier, writeTinyExport } from '../../support/tinyModel.js';

const TEXT =
  'Call me Ishmael. Some years ago the whale and the ship met at sea, and the whale won.';

let place: string;
const servers: InferenceServer[] = [];
const urls: Record<string, string> = {};

/** Serves the model in a folder as `masklab serve` does. */
async function serve(name: string): Promise<void> {
  const jobs = new ModelJobs({
    load: (folder) => loadServedModel(folder, { threads: 1 }),
    versionOf,
    warn: console.error,
  });
  const { signal } = new AbortController();
  const endpoints = await ModelEndpoints.load(jobs, path.join(place, name), signal);
  const queue = new RequestQueue(32);
  const server = new InferenceServer({
    routes: routesOf(endpoints, queue),
    queue,
    token: 'secret',
  });
  servers.push(server);
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  urls[name] = `http://127.0.0.1:${port}`;
}

beforeAll(async () => {
  place = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-endpoints-'));
  const folder = (name: string): string => path.join(place, name);
  await writeTinyExport(folder('words'), TEXT);
  const labels = ['good', 'bad', 'neither'];
  const single = 'single_label_classification' as const;
  const several = 'multi_label_classification' as const;
  await writeTinyClassifier(folder('labels'), TEXT, {
    head: 'sequence',
    labels,
    problemType: single,
  });
  await writeTinyClassifier(folder('many'), TEXT, {
    head: 'sequence',
    labels,
    problemType: several,
  });
  await writeTinyClassifier(folder('number'), TEXT, {
    ...{ head: 'sequence', labels: ['stars'], problemType: 'regression' },
  });
  await writeTinyClassifier(folder('tags'), TEXT, { head: 'token', labels: ['O', 'B-X'] });
  for (const name of ['words', 'labels', 'many', 'number', 'tags']) await serve(name);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  fs.rmSync(place, { recursive: true, force: true });
});

interface Reply<T> {
  readonly status: number;
  readonly answer: T;
}

async function post<T = unknown>(name: string, route: string, body: unknown): Promise<Reply<T>> {
  const response = await fetch(`${urls[name]!}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as T };
}

interface Filled {
  readonly score: number;
  readonly token: number;
  readonly token_str: string;
  readonly sequence: string;
  readonly tokens?: number[];
  readonly scoring?: string;
}

describe('a served masked language model', () => {
  it('fills a mask as the pipeline of transformers.js does', async () => {
    env.allowRemoteModels = false;
    const folder = path.join(place, 'words');
    const theirs = await pipeline('fill-mask', folder, { dtype: 'fp32', device: 'cpu' });
    for (const text of ['the [MASK] and the ship met', 'call me [MASK].', '[MASK] whale, won.']) {
      const expected = (await theirs(text, { top_k: 40 })) as Filled[];
      const { answer } = await post<Filled[]>('words', '/', {
        inputs: text,
        parameters: { top_k: 40 },
      });
      expect(answer).toHaveLength(40);
      for (const [i, { score, ...filled }] of answer.entries()) {
        expect(score).toBeCloseTo(expected[i]!.score, 6);
        // Its decoder also writes "won !" of "won!".
        const { sequence, ...same } = filled;
        expect(expected[i]).toMatchObject(same);
        const spaced = (written: string): string => written.replaceAll(/\s+(?=[.,!])/g, '');
        if (/^[\p{L}#]/u.test(filled.token_str)) {
          expect(spaced(sequence)).toBe(spaced(expected[i]!.sequence));
        }
      }
    }
    await theirs.dispose();
  });

  it('answers @huggingface/inference at its address and under its name', async () => {
    const client = new InferenceClient('secret');
    for (const endpointUrl of [urls['words']!, `${urls['words']!}/models/words`]) {
      const filled = await client.fillMask({
        ...{ endpointUrl, inputs: 'the [MASK] won', parameters: { top_k: 3 } },
      });
      expect(filled).toHaveLength(3);
      expect(filled[0]!.score).toBeGreaterThanOrEqual(filled[1]!.score);
    }
    await expect(
      client.fillMask({ endpointUrl: urls['words']!, inputs: 'no mask' }),
    ).rejects.toThrow('The input has no mask token. Write [MASK] in place of a word.');
    await expect(
      new InferenceClient('wrong').fillMask({ endpointUrl: urls['words']!, inputs: '[MASK]' }),
    ).rejects.toThrow('The token is not that of this server.');
    await expect(
      client.fillMask({ endpointUrl: `${urls['words']!}/models/other`, inputs: '[MASK]' }),
    ).rejects.toThrow('This server has no /models/other.');
  });

  it('answers several masks with a list of lists, and a list of texts with a list', async () => {
    const one = await post<Filled[]>('words', '/', { inputs: 'the [MASK] won' });
    const two = await post<Filled[][]>('words', '/', { inputs: 'the <mask> and the [mask] won' });
    expect(two.answer.map((list) => list.length)).toEqual([5, 5]);
    expect(two.answer[1]![0]!.sequence).toMatch(/^the <mask> and the ?\S+ won$/);
    const many = await post<unknown[]>('words', '/', {
      inputs: ['the [MASK] won', 'the <mask> and the [mask] won'],
    });
    expect(many.answer).toEqual([one.answer, two.answer]);
    expect(await post('words', '/', { inputs: [] })).toEqual({ status: 200, answer: [] });
    const without = await post('words', '/', { inputs: ['[MASK]', 'none'] });
    expect(without.answer).toMatchObject({
      error: 'Input 2 has no mask token. Write [MASK] in place of a word.',
    });
  });

  it('scores targets, those of several pieces by the chain rule, and says so', async () => {
    const inputs = 'the [MASK] won';
    const { answer: all } = await post<Filled[]>('words', '/', {
      ...{ inputs, parameters: { top_k: 1000 } },
    });
    const { answer } = await post<Filled[]>('words', '/', {
      ...{ inputs, parameters: { targets: ['whale', 'ship', 'whales'] } },
    });
    expect(answer.map(({ score }) => score)).toEqual(
      answer.map(({ score }) => score).sort((a, b) => b - a),
    );
    const of = (word: string): Filled => answer.find(({ token_str }) => token_str === word)!;
    const whale = all.find(({ token_str }) => token_str === 'whale')!;
    expect(of('whale')).toEqual(whale);
    expect(of('whales')).toMatchObject({
      ...{ token: whale.token, sequence: 'the whales won', scoring: 'chain rule over 2 masks' },
    });
    // P(whale ##s) = P(whale | two masks) · P(##s | whale and a mask).
    const first = await post<Filled[][]>('words', '/', {
      ...{ inputs: 'the [MASK] [MASK] won', parameters: { targets: ['whale'] } },
    });
    const rest = await post<Filled[]>('words', '/', {
      ...{ inputs: 'the whale [MASK] won', parameters: { top_k: 1000 } },
    });
    const ending = rest.answer.find(({ token_str }) => token_str === '##s')!;
    expect(of('whales').score).toBeCloseTo(first.answer[0]![0]!.score * ending.score, 8);
    expect(of('whales').tokens).toEqual([whale.token, ending.token]);
    const best = await post<Filled[]>('words', '/', {
      ...{ inputs, parameters: { targets: ['whale', 'ship', 'whales'], top_k: 1 } },
    });
    expect(best.answer).toEqual(answer.slice(0, 1));
    const unknown = await post('words', '/', { inputs, parameters: { targets: ['whale', 'Ж'] } });
    expect(unknown).toEqual({
      status: 400,
      answer: {
        error: '"parameters.targets": the model cannot spell "Ж".',
        error_type: 'validation',
      },
    });
  });

  it('predicts words with their places in code points, or in UTF-16 units', async () => {
    interface Predicted {
      readonly offsets: string;
      readonly predictions: {
        masks: { start: number; end: number; candidates: object[]; targets?: object[] }[];
      }[];
    }
    const inputs = 'the 🐋 [MASK] won';
    const points = await post<Predicted>('words', '/predict', { inputs });
    const [mask] = points.answer.predictions[0]!.masks;
    expect(mask).toMatchObject({ start: 6, end: 12 });
    expect(Array.from(inputs).slice(6, 12).join('')).toBe('[MASK]');
    expect(mask!.candidates).toHaveLength(5);
    expect(mask).not.toHaveProperty('targets');
    const units = await post<Predicted>('words', '/predict', {
      ...{ inputs, parameters: { offsets: 'utf-16', targets: 'whale', top_k: 1 } },
    });
    expect(units.answer.offsets).toBe('utf-16');
    const [same] = units.answer.predictions[0]!.masks;
    expect(same).toMatchObject({ start: 7, end: 13 });
    expect(same!.candidates).toEqual(mask!.candidates.slice(0, 1));
    expect(same!.targets).toMatchObject([{ word: 'whale' }]);
  });

  it('scores the surprisal of each word, in bits or nats', async () => {
    interface Scored {
      readonly unit: string;
      readonly results: {
        words: { word: string; start: number; end: number; surprisal: number | null }[];
        total: number;
        mean: number | null;
        scored: number;
      }[];
    }
    const inputs = '🐋 the whale Ж won';
    const { answer } = await post<Scored>('words', '/score', { inputs });
    const [result] = answer.results;
    expect(answer.unit).toBe('bits');
    expect(result!.words.map(({ word, start, end }) => [word, start, end])).toEqual([
      ['the', 2, 5],
      ['whale', 6, 11],
      ['Ж', 12, 13],
      ['won', 14, 17],
    ]);
    expect(result!.words[2]!.surprisal).toBeNull();
    expect(result).toMatchObject({ scored: 3, mean: result!.total / 3 });
    // The probability of a word is that of its mask.
    const filled = await post<Filled[]>('words', '/', {
      ...{ inputs: '🐋 the [MASK] Ж won', parameters: { targets: ['whale'] } },
    });
    expect(result!.words[1]!.surprisal).toBeCloseTo(-Math.log2(filled.answer[0]!.score), 5);
    const nats = await post<Scored>('words', '/score', { inputs, parameters: { unit: 'nats' } });
    expect(nats.answer.results[0]!.total).toBeCloseTo(result!.total * Math.LN2, 9);
    expect(await post('labels', '/score', { inputs })).toMatchObject({ status: 400 });
  });

  it('refuses more work than a request may ask for', async () => {
    const masks = '[MASK] '.repeat(LIMITS.fills + 1);
    expect(await post('words', '/', { inputs: masks })).toMatchObject({
      status: 400,
      answer: { error: expect.stringMatching(/asks for 1001 predictions/) as string },
    });
    const words = 'whale '.repeat(LIMITS.words + 1);
    expect(await post('words', '/score', { inputs: words })).toMatchObject({
      status: 400,
      answer: { error: expect.stringMatching(/have 5001 words\. Send at most 5000/) as string },
    });
  });

  it('describes itself', async () => {
    const response = await fetch(`${urls['words']!}/info`, {
      headers: { authorization: 'Bearer secret' },
    });
    const info: unknown = await response.json();
    expect(info).toMatchObject({
      ...{ model: 'words', task: 'fill-mask', family: 'bert', mask_token: '[MASK]' },
      ...{ max_length: 64, server: expect.stringMatching(/^masklab \d/) as string },
    });
    expect(JSON.stringify(info)).not.toContain(place);
  });
});

describe('a served classifier', () => {
  interface Label {
    readonly label: string;
    readonly score: number;
  }
  const scores = async (name: string, parameters?: object): Promise<Label[]> => {
    const { answer } = await post<Label[][]>(name, '/', {
      ...{ inputs: 'the whale won', ...(parameters && { parameters }) },
    });
    expect(answer).toHaveLength(1);
    return answer[0]!;
  };

  it('answers @huggingface/inference', async () => {
    const client = new InferenceClient('secret');
    const endpointUrl = urls['labels']!;
    const found = await client.textClassification({ endpointUrl, inputs: 'the whale won' });
    expect(found.map(({ label }) => label).sort()).toEqual(['bad', 'good', 'neither']);
    expect(found.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 6);
    const best = await client.textClassification({
      ...{ endpointUrl, inputs: 'the whale won', parameters: { top_k: 1 } },
    });
    expect(best).toEqual(found.slice(0, 1));
  });

  it('applies the function of its task, or another', async () => {
    const logits = await scores('labels', { function_to_apply: 'none' });
    const sigmoids = await scores('labels', { function_to_apply: 'sigmoid' });
    const softmax = await scores('labels');
    const sum = logits.reduce((total, { score }) => total + Math.exp(score), 0);
    for (const [i, { label, score }] of logits.entries()) {
      expect(sigmoids[i]).toEqual({
        label,
        score: expect.closeTo(1 / (1 + Math.exp(-score)), 9) as number,
      });
      expect(softmax[i]).toEqual({
        label,
        score: expect.closeTo(Math.exp(score) / sum, 9) as number,
      });
    }
    const many = await scores('many', { function_to_apply: 'none' });
    expect(await scores('many')).toEqual(
      many.map(({ label, score }) => ({
        label,
        score: expect.closeTo(1 / (1 + Math.exp(-score)), 9) as number,
      })),
    );
    expect(await scores('number')).toEqual(await scores('number', { function_to_apply: 'none' }));
    const wrong = await post('labels', '/', {
      ...{ inputs: 'a', parameters: { function_to_apply: 'relu' } },
    });
    expect(wrong).toMatchObject({ status: 400 });
  });

  it('takes pairs, and lists longer than a job, in their order', async () => {
    const alone = await post<Label[][]>('labels', '/', { inputs: 'the whale' });
    const pair = { text: 'the whale', text_pair: 'the ship won' };
    const paired = await post<Label[][]>('labels', '/', { inputs: pair });
    expect(paired.answer[0]).not.toEqual(alone.answer[0]);
    const inputs = Array.from({ length: 70 }, (_, i) => (i % 7 === 3 ? pair : 'the whale'));
    const { answer } = await post<Label[][]>('labels', '/', { inputs });
    const near = (rows: Label[][]): unknown =>
      rows[0]!.map(({ label, score }) => ({ label, score: expect.closeTo(score, 5) as number }));
    expect(answer).toEqual(
      inputs.map((input) => (input === pair ? near(paired.answer) : near(alone.answer))),
    );
    const crowd = await post('labels', '/', { inputs: Array.from({ length: 300 }, () => 'a') });
    expect(crowd).toMatchObject({
      status: 400,
      answer: { error: expect.stringMatching(/list of at most 256 texts/) as string },
    });
    const masks = await post('labels', '/', { inputs: 'a', parameters: { targets: ['b'] } });
    expect(masks.answer).toMatchObject({ error: 'Unknown field in parameters: targets.' });
  });

  it('predicts labels, numbers and tags at /predict', async () => {
    interface Predicted {
      readonly model: string;
      readonly predictions: { kind: string; labels?: string[]; words?: object[] }[];
    }
    const { answer } = await post<Predicted>('many', '/predict', { inputs: ['the whale', 'won'] });
    expect(answer.predictions.map(({ kind }) => kind)).toEqual(['labels', 'labels']);
    const number = await post<Predicted>('number', '/predict', { inputs: 'the whale' });
    expect(number.answer.predictions[0]).toMatchObject({
      numbers: { stars: expect.any(Number) as number },
    });
    const tags = await post<Predicted>('tags', '/predict', { inputs: 'the whale won' });
    expect(tags.answer.predictions[0]!.words).toHaveLength(3);
    expect(await post('tags', '/', { inputs: 'the whale' })).toMatchObject({
      status: 400,
      answer: { error: 'This model predicts a tag per word. Send texts to /predict.' },
    });
  });
});
