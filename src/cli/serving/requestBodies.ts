import * as z from 'zod';
import { RefusedFile } from '../../core/fileProblem.js';
import { parseJsonText } from '../../core/jsonText.js';
import { LABEL_FUNCTIONS } from '../../core/predict/labelProbabilities.js';
import { OFFSET_UNITS } from '../../core/text/codePoints.js';
import { HttpError } from './httpError.js';

/** Limits of one request, which keep its work within minutes. */
export const LIMITS = {
  bodyBytes: 2 ** 20,
  inputs: 256,
  topK: 1000,
  targets: 50,
  targetLength: 200,
  /** Masks of all inputs, times the targets if there are any. */
  fills: 1000,
  /** Words of all inputs. */
  words: 5000,
} as const;

const topK = z.int().min(1).max(LIMITS.topK).nullish();
const targets = z
  .preprocess(
    (given) => (typeof given === 'string' ? [given] : given),
    z.array(z.string().min(1).max(LIMITS.targetLength)).min(1).max(LIMITS.targets),
  )
  .nullish();

/** Bodies of requests; `options` and `model` are what clients of the hub send to choose a server. */
const bodyOf = <I extends z.ZodType, P extends z.ZodType>(inputs: I, parameters: P) =>
  z.strictObject({
    inputs,
    parameters: parameters.nullish(),
    options: z.unknown().optional(),
    model: z.unknown().optional(),
  });

const oneOrMany = <T extends z.ZodType>(input: T) =>
  z.union([input, z.array(input).max(LIMITS.inputs)]);

const text = z.string();
const textOrPair = z.union([
  z.string(),
  z.strictObject({ text: z.string(), text_pair: z.string().nullish() }),
]);

export const BODIES = {
  fillMask: bodyOf(oneOrMany(text), z.strictObject({ top_k: topK, targets })),
  fillWords: bodyOf(
    oneOrMany(text),
    z.strictObject({ top_k: topK, targets, offsets: z.enum(OFFSET_UNITS).nullish() }),
  ),
  classify: bodyOf(
    oneOrMany(textOrPair),
    z.strictObject({ top_k: topK, function_to_apply: z.enum(LABEL_FUNCTIONS).nullish() }),
  ),
  predictLabels: bodyOf(oneOrMany(textOrPair), z.strictObject({})),
  score: bodyOf(
    oneOrMany(text),
    z.strictObject({
      unit: z.enum(['bits', 'nats']).nullish(),
      offsets: z.enum(OFFSET_UNITS).nullish(),
    }),
  ),
} as const;

/** Reads the body of a request. Throws `HttpError` with the first thing that is wrong. */
export function readBody<S extends z.ZodType>(bytes: Uint8Array, schema: S): z.infer<S> {
  const parsed = schema.safeParse(parseBody(bytes));
  if (parsed.success) return parsed.data;
  throw new HttpError(400, firstIssue(parsed.error));
}

function parseBody(bytes: Uint8Array): unknown {
  let body: string;
  try {
    body = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, 'The body is not UTF-8.');
  }
  if (body.trim() === '') {
    throw new HttpError(400, 'The body is empty. Send JSON such as {"inputs": "a text"}.');
  }
  try {
    return parseJsonText(body);
  } catch (thrown) {
    const reason = thrown instanceof RefusedFile ? 'nested too deeply' : (thrown as Error).message;
    throw new HttpError(400, `The body is not JSON: ${reason}.`);
  }
}

/** Place and reason of the first issue; of a union, that of the form which fits best. */
function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'The body is not what this address takes.';
  if (issue.path.length === 0 && issue.code === 'invalid_type') {
    return 'The body must be a JSON object such as {"inputs": "a text"}.';
  }
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const at = place === '' ? 'the body' : place;
    return `Unknown field in ${at}: ${issue.keys.join(', ')}.`;
  }
  if (issue.code === 'invalid_union' && place === 'inputs') {
    return `"inputs" must be ${INPUTS}.`;
  }
  return `"${place}": ${issue.message}.`;
}

const INPUTS = `a text or a list of at most ${LIMITS.inputs} texts; a classifier also takes {"text": …, "text_pair": …}`;

/** Items of `inputs`, and whether they came as a list. */
export function listOf<T>(inputs: T | readonly T[]): { items: readonly T[]; isList: boolean } {
  return Array.isArray(inputs)
    ? { items: inputs as readonly T[], isList: true }
    : { items: [inputs as T], isList: false };
}
