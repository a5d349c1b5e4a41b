import type {
  MaskedLanguageModel,
  PredictionBatch,
} from '../../../src/core/predict/maskedLanguageModel.js';
import { bertFraming } from '../../../src/core/tokenizer/framing.js';
import type { Encoding, FramedSequence, Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** Words split greedily into pieces of a given vocabulary; good enough to test what uses it. */
export class FakeTokenizer implements Tokenizer {
  readonly vocabulary: readonly string[];
  readonly special = { pad: 0, unknown: 1, cls: 2, sep: 3, mask: 4 };
  readonly maskToken = '[MASK]';
  readonly marksSpaces = false;
  private readonly framing = bertFraming(2, 3);
  readonly frameSize = this.framing.singleSize;
  readonly pairFrameSize = this.framing.pairSize;

  constructor(tokens: readonly string[]) {
    this.vocabulary = [...SPECIAL, ...tokens];
  }

  get vocabularySize(): number {
    return this.vocabulary.length;
  }

  encode(text: string): Encoding {
    const tokens: { id: number; start: number; end: number; word: number }[] = [];
    let word = 0;
    for (const match of text.matchAll(/\[MASK\]|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)) {
      const [chunk] = match;
      if (chunk === '[MASK]') {
        tokens.push({ id: 4, start: match.index, end: match.index + 6, word: word++ });
        continue;
      }
      tokens.push(...this.pieces(chunk.toLowerCase(), match.index, word++));
    }
    return {
      ids: Int32Array.from(tokens, (token) => token.id),
      starts: Int32Array.from(tokens, (token) => token.start),
      ends: Int32Array.from(tokens, (token) => token.end),
      wordIds: Int32Array.from(tokens, (token) => token.word),
    };
  }

  frame(ids: ArrayLike<number>): FramedSequence {
    return this.framing.frame(ids);
  }

  framePair(first: ArrayLike<number>, second: ArrayLike<number>): FramedSequence {
    return this.framing.frame(first, second);
  }

  private pieces(chunk: string, at: number, word: number) {
    const pieces: { id: number; start: number; end: number; word: number }[] = [];
    let from = 0;
    while (from < chunk.length) {
      let to = chunk.length;
      let id: number | undefined;
      for (; to > from; to--) {
        id = this.tokenToId((from > 0 ? '##' : '') + chunk.slice(from, to));
        if (id !== undefined) break;
      }
      if (id === undefined) return [{ id: 1, start: at, end: at + chunk.length, word }];
      pieces.push({ id, start: at + from, end: at + to, word });
      from = to;
    }
    return pieces;
  }

  tokenToId(token: string): number | undefined {
    const id = this.vocabulary.indexOf(token);
    return id < 0 ? undefined : id;
  }

  hasToken(): boolean {
    return true;
  }

  idToToken(id: number): string {
    const token = this.vocabulary[id];
    if (token === undefined) throw new RangeError(`no token ${id}`);
    return token;
  }

  isSpecial(id: number): boolean {
    return id < SPECIAL.length;
  }

  isContinuation(id: number): boolean {
    return this.idToToken(id).startsWith('##');
  }

  readable(id: number): string {
    return this.idToToken(id).replace(/^##/, '');
  }
}

/** Logits that depend on every unpadded token of the row and on the place asked for. */
export type LogitRule = (ids: readonly number[], position: number, token: number) => number;

export class FakeModel implements MaskedLanguageModel {
  readonly batches: PredictionBatch[] = [];
  readonly maxLength: number;

  constructor(
    readonly tokenizer: Tokenizer,
    private readonly rule: LogitRule,
    maxLength = 64,
  ) {
    this.maxLength = maxLength;
  }

  logitsAt(batch: PredictionBatch): Promise<Float32Array> {
    this.batches.push(batch);
    const vocabulary = this.tokenizer.vocabularySize;
    const logits = new Float32Array(batch.positions.length * vocabulary);
    batch.positions.forEach((flat, at) => {
      const row = Math.floor(Number(flat) / batch.length);
      const ids: number[] = [];
      for (let column = 0; column < batch.length; column++) {
        const i = row * batch.length + column;
        if (batch.attentionMask[i] === 1n) ids.push(Number(batch.inputIds[i]));
      }
      for (let token = 0; token < vocabulary; token++) {
        logits[at * vocabulary + token] = this.rule(ids, Number(flat) % batch.length, token);
      }
    });
    return Promise.resolve(logits);
  }
}

/** An arbitrary but fixed function of the whole row. */
export const mixedRule: LogitRule = (ids, position, token) => {
  let hash = 17 + position * 31 + token * 131;
  for (const id of ids) hash = (hash * 33 + id) % 100_003;
  return (hash % 997) / 150;
};

/** Softmax written the plainest way, to compare with. */
export function softmax(logits: readonly number[]): number[] {
  const exponentials = logits.map((logit) => Math.exp(logit));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}
