import type { FillMasksRequest } from '../../core/predict/fillMasks.js';
import { fillMasks } from '../../core/predict/fillMasks.js';
import type { LabelFunction } from '../../core/predict/labelProbabilities.js';
import type { LabelPrediction } from '../../core/predict/labelPrediction.js';
import { maskTokensIn, spellMasks } from '../../core/predict/spelledMasks.js';
import { scoreWords } from '../../core/predict/scoreWords.js';
import { offsetsIn, type OffsetUnit } from '../../core/text/codePoints.js';
import { wordsIn, type TextRange } from '../../core/text/words.js';
import type { TextToLabel } from '../../node/models/labelledModel.js';
import { asLabelled, type ServedModel } from '../../node/models/servedModel.js';
import type { ModelJobs } from '../../node/serving/modelJobs.js';
import { PATIENT_BATCH_TOKENS } from '../../node/serving/turns.js';
import { HttpError } from './httpError.js';
import { fillMaskAnswer, labelScores } from './inferenceAnswers.js';
import { BODIES, LIMITS, listOf, readBody } from './requestBodies.js';

/** Facts about the served model that answers and errors need. */
export interface ServedFacts {
  readonly name: string;
  readonly kind: ServedModel['kind'];
  readonly family: string;
  readonly parameterCount: number;
  readonly vocabularySize: number;
  readonly maxLength: number;
  readonly maskToken: string;
  /** Empty for a masked language model. */
  readonly labels: readonly string[];
}

export const TASKS_OF_KINDS: Readonly<Record<ServedModel['kind'], string>> = {
  'masked-lm': 'fill-mask',
  labels: 'text-classification',
  numbers: 'text-classification',
  tags: 'token-classification',
};

/** Texts of a classifier that are predicted in one job; other requests get their turn between jobs. */
const TEXTS_PER_JOB = 32;

type Answer = Promise<unknown>;

/** An input with its masks as the model spells them, and where they were written. */
interface SpelledInput {
  readonly text: string;
  readonly written: readonly TextRange[];
}

/** Answers requests with one model. Throws `HttpError` for those that it cannot answer. */
export class ModelEndpoints {
  private constructor(
    private readonly jobs: ModelJobs,
    private readonly folder: string,
    readonly facts: ServedFacts,
  ) {}

  /** Loads the model. Throws `Model`. */
  static async load(jobs: ModelJobs, folder: string, signal: AbortSignal): Promise<ModelEndpoints> {
    const request = { modelFolder: folder, lane: 'interactive' as const };
    const facts = await jobs.withModel({ call: 'facts', request, signal }, (model) =>
      Promise.resolve({ response: factsOf(model), isFinal: true }),
    );
    return new ModelEndpoints(jobs, folder, facts);
  }

  /** Answers in the shapes of Hugging Face's inference tasks. */
  infer(body: Uint8Array, signal: AbortSignal): Answer {
    const { kind } = this.facts;
    if (kind === 'masked-lm') return this.fillTokens(body, signal);
    if (kind !== 'tags') return this.scoreLabels(body, signal);
    throw new HttpError(400, 'This model predicts a tag per word. Send texts to /predict.');
  }

  /** Answers as `masklab fill` and `masklab predict` do. */
  predict(body: Uint8Array, signal: AbortSignal): Answer {
    return this.facts.kind === 'masked-lm'
      ? this.fillWords(body, signal)
      : this.predictLabels(body, signal);
  }

  /** Surprisal of each word. */
  async score(body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    if (this.facts.kind !== 'masked-lm') {
      throw new HttpError(
        400,
        'This model predicts labels. Only masked language models score words.',
      );
    }
    const { inputs, parameters } = readBody(body, BODIES.score);
    const unit = parameters?.unit ?? 'bits';
    const offsets = parameters?.offsets ?? 'code points';
    const { items } = listOf(inputs);
    const texts = items.map((text) => ({ text, words: wordsIn(text) }));
    const count = texts.reduce((sum, { words }) => sum + words.length, 0);
    if (count > LIMITS.words) {
      throw new HttpError(
        400,
        `The inputs have ${count} words. Send at most ${LIMITS.words} per request.`,
      );
    }
    const results = [];
    for (const request of texts) {
      const words = await this.jobs.withMasked(
        { call: 'score', request: this.request(items, request), signal },
        (model, job) => scoreWords(model, request, job.signal),
      );
      results.push(scoreAnswer(request.text, words, { unit, offsets }));
    }
    return { model: this.facts.name, unit, offsets, results };
  }

  private async fillTokens(body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    const { inputs, parameters } = readBody(body, BODIES.fillMask);
    const { items, isList } = listOf(inputs);
    const targets = parameters?.targets ?? undefined;
    const topK = parameters?.top_k ?? null;
    const answers = [];
    for (const [index, { text: spelled, written }] of this.spell(
      items,
      targets?.length,
    ).entries()) {
      const text = items[index]!;
      const request: FillMasksRequest = {
        ...{ text: spelled, topK: topK ?? 5, anyToken: true },
        ...(targets && { targets }),
        // As other tools do, and not only the words near the mask.
        context: this.facts.maxLength,
      };
      const answer = await this.jobs.withMasked(
        {
          call: 'fillTokens',
          request: this.request(items, { ...request, original: text }),
          signal,
        },
        async (model, job) => {
          const fills = await fillMasks(model, request, job.signal);
          requireSpelling(fills[0]?.targets ?? []);
          const { tokenizer } = model;
          return fillMaskAnswer({ text, fills, written }, { tokenizer, topK });
        },
      );
      answers.push(answer);
    }
    return isList ? answers : answers[0];
  }

  private async fillWords(body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    const { inputs, parameters } = readBody(body, BODIES.fillWords);
    const { items } = listOf(inputs);
    const targets = parameters?.targets ?? undefined;
    const offsets = parameters?.offsets ?? 'code points';
    const predictions = [];
    for (const [index, { text: spelled, written }] of this.spell(
      items,
      targets?.length,
    ).entries()) {
      const request = {
        ...{ text: spelled, topK: parameters?.top_k ?? 5 },
        ...(targets && { targets }),
      };
      const fills = await this.jobs.withMasked(
        { call: 'fillWords', request: this.request(items, request), signal },
        (model, job) => fillMasks(model, request, job.signal),
      );
      const at = offsetsIn(items[index]!, offsets);
      const masks = fills.map(({ candidates, targets: scored, lowConfidence }, mask) => ({
        start: at(written[mask]!.start),
        end: at(written[mask]!.end),
        candidates,
        ...(targets && { targets: scored }),
        low_confidence: lowConfidence,
      }));
      predictions.push({ masks });
    }
    return { model: this.facts.name, offsets, predictions };
  }

  private async scoreLabels(body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    const { inputs, parameters } = readBody(body, BODIES.classify);
    const { items } = listOf(inputs);
    const apply = parameters?.function_to_apply ?? undefined;
    const scores = await this.ofTexts<readonly number[]>(
      { call: 'scoreLabels', texts: items.map(toLabel), apply, signal },
      (model, texts) => model.scoreAll(texts, { apply, batchTokens: PATIENT_BATCH_TOKENS }),
    );
    const topK = parameters?.top_k ?? null;
    // One list per text, as the hub answers for a single text as well.
    return scores.map((row) => labelScores(this.facts.labels, row, topK));
  }

  private async predictLabels(body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    const { inputs } = readBody(body, BODIES.predictLabels);
    const predictions = await this.ofTexts<LabelPrediction>(
      { call: 'predictLabels', texts: listOf(inputs).items.map(toLabel), signal },
      (model, texts) => model.predictAll(texts, PATIENT_BATCH_TOKENS),
    );
    return { model: this.facts.name, predictions };
  }

  /** Answers for texts of a classifier, in their order. */
  private async ofTexts<T>(
    asked: {
      readonly call: string;
      readonly texts: readonly TextToLabel[];
      readonly apply?: LabelFunction | undefined;
      readonly signal: AbortSignal;
    },
    work: (
      model: ReturnType<typeof asLabelled>,
      texts: readonly TextToLabel[],
    ) => AsyncIterable<ReadonlyMap<number, T>>,
  ): Promise<T[]> {
    const { call, texts, apply, signal } = asked;
    const answers: T[] = [];
    for (let first = 0; first < texts.length; first += TEXTS_PER_JOB) {
      const block = texts.slice(first, first + TEXTS_PER_JOB);
      const request = this.request(texts, { texts: block, apply });
      const found = await this.jobs.withModel({ call, request, signal }, async (served, job) => {
        const response = new Array<T>(block.length);
        await job.turn.pass();
        for await (const some of work(asLabelled(served, this.folder), block)) {
          for (const [index, answer] of some) response[index] = answer;
          await job.turn.pass();
        }
        return { response, isFinal: true };
      });
      answers.push(...found);
    }
    return answers;
  }

  /** Spells the masks of all inputs. Throws `HttpError` for an input without one, and for too many. */
  private spell(items: readonly string[], targets = 1): SpelledInput[] {
    const { maskToken } = this.facts;
    const spelled = items.map((text) => {
      const written = maskTokensIn(text, maskToken);
      return { text: spellMasks(text, written, maskToken).text, written };
    });
    const without = spelled.findIndex(({ written }) => written.length === 0);
    if (without >= 0) {
      const which = items.length > 1 ? `Input ${without + 1} has` : 'The input has';
      throw new HttpError(400, `${which} no mask token. Write ${maskToken} in place of a word.`);
    }
    const fills = targets * spelled.reduce((sum, { written }) => sum + written.length, 0);
    if (fills > LIMITS.fills) {
      throw new HttpError(
        400,
        `The request asks for ${fills} predictions (masks times targets). The limit is ${LIMITS.fills}.`,
      );
    }
    return spelled;
  }

  /** Request of a job. A single input does not wait for lists of inputs. */
  private request<R extends object>(items: readonly unknown[], rest: R) {
    const lane = items.length > 1 ? ('visible' as const) : ('interactive' as const);
    return { modelFolder: this.folder, lane, ...rest };
  }
}

function factsOf(model: ServedModel): ServedFacts {
  const { name, kind, family, parameterCount, maxLength, tokenizer } = model;
  const { vocabularySize, maskToken } = tokenizer;
  const labels = model.kind === 'masked-lm' ? [] : model.labels;
  return { name, kind, family, parameterCount, vocabularySize, maxLength, maskToken, labels };
}

function toLabel(
  input: string | { readonly text: string; readonly text_pair?: string | null | undefined },
): TextToLabel {
  return typeof input === 'string'
    ? { text: input, pair: null }
    : { text: input.text, pair: input.text_pair ?? null };
}

function requireSpelling(
  targets: readonly { readonly word: string; readonly probability: number | null }[],
): void {
  const unknown = targets.filter(({ probability }) => probability === null);
  if (unknown.length === 0) return;
  const words = unknown.map(({ word }) => JSON.stringify(word)).join(', ');
  throw new HttpError(400, `"parameters.targets": the model cannot spell ${words}.`);
}

function scoreAnswer(
  text: string,
  scored: Awaited<ReturnType<typeof scoreWords>>,
  { unit, offsets }: { readonly unit: 'bits' | 'nats'; readonly offsets: OffsetUnit },
): unknown {
  const at = offsetsIn(text, offsets);
  const scale = unit === 'bits' ? 1 : Math.LN2;
  const words = scored.map(({ start, end, surprisal }) => ({
    word: text.slice(start, end),
    start: at(start),
    end: at(end),
    surprisal: surprisal === null ? null : surprisal * scale,
  }));
  const known = words.flatMap(({ surprisal }) => surprisal ?? []);
  const total = known.reduce((sum, surprisal) => sum + surprisal, 0);
  return {
    words,
    scored: known.length,
    total,
    mean: known.length === 0 ? null : total / known.length,
  };
}
