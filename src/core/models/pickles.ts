import { headOf } from './labels.js';

/** Files of weights that Python unpickles, which runs the code that whoever made them put in. */
const PICKLE = /^(?:pytorch_model[\w.-]*\.bin|[\w.-]+\.(?:pt|pth|ckpt|pkl|pickle))$/;

/** Class of the `transformers` library that loads a model with its head. */
export function loadingClass(configJson: unknown): string {
  const ends = { 'masked-lm': 'MaskedLM', sequence: 'SequenceClassification' } as const;
  const head = headOf(configJson) ?? 'masked-lm';
  return `AutoModelFor${head === 'token' ? 'TokenClassification' : ends[head]}`;
}

/** Whether a file, by its name without folders, has weights that are never read here. */
export function isPickle(name: string): boolean {
  return PICKLE.test(name);
}
