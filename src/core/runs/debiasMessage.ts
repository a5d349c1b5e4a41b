import { message, type Message } from '../messages/message.js';
import { maskingMessage } from './maskingMessage.js';
import type { RunSpec } from './schema.js';

/** Weights, shifted samples and debiasing of a run in words; empty without any. */
export function debiasMessages({ data, debias }: Pick<RunSpec, 'data' | 'debias'>): Message[] {
  const { shifted, reading } = data;
  return [
    ...(reading.weightColumn === null
      ? []
      : [message('runs.weightedBy', { column: reading.weightColumn })]),
    ...(shifted === null
      ? []
      : [message('runs.shiftedAdded', { count: shifted.files.length, weight: shifted.weight })]),
    ...(debias === null ? [] : [debiasMessage(debias)]),
  ];
}

function debiasMessage({ kind, weight, words, model }: NonNullable<RunSpec['debias']>): Message {
  const args = { method: kind, weight };
  if (words !== null) {
    return message('runs.debiasedByWords', {
      ...args,
      policy: words.name ?? maskingMessage(words),
    });
  }
  return model === null
    ? message('runs.debiasedBy', args)
    : message('runs.debiasedByModel', { ...args, model: model.name });
}
