import { cancelled } from '../errors.js';
import type { EmbeddingGradients } from '../models/inputGradients.js';
import { padSequences } from '../tokenizer/padSequences.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { logOddsCotangent } from './explainedLogOdds.js';
import type { AbortState, Row } from './runRows.js';
import type { TokenRange } from './window.js';

/** Lengths are padded to multiples, so that few graphs are compiled. */
const LENGTH_STEP = 16;

/**
 * First-order estimate (nats) of what masking each span changes in the log-odds of a word: the
 * gradient at the word embeddings of its tokens times their difference from the mask's embedding,
 * summed over `rows`, which predict one piece each.
 */
export async function explainByGradients(
  tokenizer: Tokenizer,
  gradients: EmbeddingGradients,
  given: {
    /** One per piece, all of one length. */
    readonly rows: readonly Row[];
    readonly pieceIds: ArrayLike<number>;
    /** Logits of the pieces, and their log-odds. */
    readonly logits: readonly Float32Array[];
    readonly pieceOdds: readonly number[];
    /** Log-odds of the word. */
    readonly logOdds: number;
    /** Tokens of the rows whose values are asked for. */
    readonly spans: readonly TokenRange[];
    readonly signal?: AbortState | undefined;
  },
): Promise<number[]> {
  if (given.signal?.aborted === true) throw cancelled();
  const { rows, pieceIds, logits, pieceOdds, logOdds } = given;
  const framed = rows.map(({ ids }) => tokenizer.frame(ids));
  const longest = framed[0]!.ids.length;
  const length = Math.min(
    Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP,
    Math.max(longest, gradients.maxLength),
  );
  const batch = padSequences(framed, { pad: tokenizer.special.pad, length });
  const positions = framed.map(({ offsets }, row) =>
    BigInt(row * length + offsets[0]! + rows[row]!.positions[0]!),
  );
  const vocabulary = logits[0]!.length;
  const cotangent = new Float32Array(rows.length * vocabulary);
  logits.forEach((row, i) => {
    const piece = { id: pieceIds[i]!, word: logOdds, piece: pieceOdds[i]! };
    cotangent.set(logOddsCotangent(row, piece), i * vocabulary);
  });
  const found = await gradients.gradientsOf(
    { ...batch, tokenTypeIds: null, positions: BigInt64Array.from(positions) },
    cotangent,
  );
  const embeddings = gradients.embeddingsOf(batch.inputIds);
  const mask = gradients.embeddingsOf([tokenizer.special.mask]);
  const { width } = gradients;
  return given.spans.map(({ start, end }) => {
    let sum = 0;
    framed.forEach(({ offsets }, row) => {
      for (let token = start; token < end; token++) {
        const at = (row * length + offsets[0]! + token) * width;
        for (let j = 0; j < width; j++) {
          sum += found.gradients[at + j]! * (embeddings[at + j]! - mask[j]!);
        }
      }
    });
    return sum;
  });
}
