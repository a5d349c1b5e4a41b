import { version } from '../../../package.json';
import type { Routes } from './inferenceServer.js';
import { TASKS_OF_KINDS, type ModelEndpoints } from './modelEndpoints.js';
import { LIMITS } from './requestBodies.js';
import type { RequestQueue } from './requestQueue.js';

const MODELS = '/models/';

/** Addresses of a served model. */
export function routesOf(endpoints: ModelEndpoints, queue: RequestQueue): Routes {
  const { facts } = endpoints;
  const isModel = (path: string): boolean => path === '/' || path === MODELS + facts.name;
  return {
    get: (path) => {
      if (path === '/health') return { status: 'ok', requests: queue.length };
      return path === '/info' || isModel(path) ? infoOf(facts) : undefined;
    },
    post: (path) => {
      if (isModel(path)) return (body, signal) => endpoints.infer(body, signal);
      if (path === '/predict') return (body, signal) => endpoints.predict(body, signal);
      return path === '/score' ? (body, signal) => endpoints.score(body, signal) : null;
    },
  };
}

function infoOf(facts: ModelEndpoints['facts']): unknown {
  const { name, kind, family, parameterCount, vocabularySize, maxLength } = facts;
  const outputs = kind === 'masked-lm' ? { mask_token: facts.maskToken } : { labels: facts.labels };
  return {
    model: name,
    task: TASKS_OF_KINDS[kind],
    family,
    parameters: parameterCount,
    vocabulary_size: vocabularySize,
    max_length: maxLength,
    ...outputs,
    limits: {
      body_bytes: LIMITS.bodyBytes,
      inputs: LIMITS.inputs,
      ...(kind === 'masked-lm' && { predictions: LIMITS.fills, words: LIMITS.words }),
    },
    server: `masklab ${version}`,
  };
}
