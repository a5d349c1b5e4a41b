import * as z from 'zod';
import { encodeWithMasks } from './encodeWithMasks.js';
import { keptOr, resultKey } from './keptResults.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { placeAt } from './place.js';
import { logProbability, topTokens } from './probabilities.js';
import { runRows, type AbortState } from './runRows.js';
import { roomOf, windowAround } from './window.js';

/** One way to fill several masks of a sentence. */
export interface JointFill {
  /** One word per mask, in the order of the text. */
  readonly words: readonly string[];
  /** Masks in the order in which they were filled, by which the probability is computed. */
  readonly order: readonly number[];
  /**
   * Probability of the words by the chain rule in this order: of each word given the text, the words
   * filled before it, and masks in the places of the others.
   */
  readonly probability: number;
}

/** Numbers of masks that are filled jointly. For more, the search says little and takes long. */
export const FEWEST_JOINT = 2;
export const MOST_JOINT = 4;

/** Partial fills that are kept after each step. */
const BEAM = 8;
/** Complete fills that the refinement sweep tries to improve. */
const REFINED = 3;

export interface FillJointlyRequest {
  /** Text with the mask tokens of the model. */
  readonly text: string;
  /** Starts of the masks to fill, `FEWEST_JOINT` to `MOST_JOINT`. Other masks are context. */
  readonly starts: readonly number[];
  readonly topK: number;
}

interface State {
  readonly ids: Int32Array;
  /** Token per mask; -1 where there is still a mask. */
  readonly tokens: readonly number[];
  readonly order: readonly number[];
  readonly score: number;
}

/**
 * Fills masks of a text together, so that the words fit each other, which the marginal predictions
 * of `fillMasks` need not do.
 *
 * A beam search fills, in each partial fill, the mask of which the model is surest (confidence-first,
 * as in X-FACTR, Jiang et al. 2020, arXiv:2010.06189). A sweep over the best fills then replaces each
 * word by the best one given all others (as iterative refinement there), and keeps what scores higher by
 * the chain rule in the same order. Words are those of one token that `placeAt` allows. Returns the
 * `topK` best, best first; none if the masks do not fit into one window.
 */
export async function fillJointly(
  model: MaskedLanguageModel,
  request: FillJointlyRequest,
  signal?: AbortState,
): Promise<JointFill[]> {
  const { tokenizer } = model;
  const encoding = encodeWithMasks(tokenizer, request.text);
  const tokens = request.starts.map((start) => encoding.starts.indexOf(start));
  const focus = { start: Math.min(...tokens), end: Math.max(...tokens) + 1 };
  const room = roomOf(model);
  if (focus.start < 0 || focus.end - focus.start > room) return [];
  const window = windowAround(encoding.ids.length, focus, room);
  const ids = encoding.ids.slice(window.start, window.end);
  const positions = tokens.map((token) => token - window.start);
  const places = request.starts.map((start) => placeAt(tokenizer, request.text, start));
  const kinds = places.map(({ kind }) => kind);
  const key = resultKey('joint', ids, positions, request.topK, ...kinds);
  return keptOr(model.kept, { key, schema: fillsSchema }, async () => {
    const allows = places.map((place) => (id: number) => place.allows(id));
    const found = await new Search(model, { ids, positions, allows, signal }).run();
    return found.slice(0, request.topK).map(({ tokens: filled, order, score }) => ({
      words: filled.map((id) => tokenizer.readable(id).trim()),
      order: [...order],
      probability: Math.exp(score),
    }));
  });
}

const fillsSchema = z.array(
  z.object({
    words: z.array(z.string()),
    order: z.array(z.number()),
    probability: z.number(),
  }),
);

class Search {
  constructor(
    private readonly model: MaskedLanguageModel,
    private readonly problem: {
      readonly ids: Int32Array;
      /** Position of each mask in `ids`. */
      readonly positions: readonly number[];
      readonly allows: readonly ((id: number) => boolean)[];
      readonly signal: AbortState | undefined;
    },
  ) {}

  async run(): Promise<State[]> {
    const { ids, positions } = this.problem;
    let states: State[] = [{ ids, tokens: positions.map(() => -1), order: [], score: 0 }];
    for (let step = 0; step < positions.length; step++) {
      states = best(await this.extend(states), BEAM);
    }
    const refined = await this.rescored(await this.swept(states.slice(0, REFINED)));
    return best([...states, ...refined], BEAM);
  }

  /** Fills, in each state, the mask with the most probable word, with its `BEAM` best words. */
  private async extend(states: readonly State[]): Promise<State[]> {
    const open = states.map(({ tokens }) => [...tokens.keys()].filter((mask) => tokens[mask]! < 0));
    const logits = await this.logitsAt(states.map(({ ids }, i) => ({ ids, masks: open[i]! })));
    return states.flatMap((state, i) => {
      const choices = open[i]!.map((mask, at) => ({
        mask,
        words: topTokens(logits[i]![at]!, { topK: BEAM, allowed: this.problem.allows[mask]! }),
      }));
      const surest = choices.reduce((a, b) =>
        (b.words[0]?.probability ?? 0) > (a.words[0]?.probability ?? 0) ? b : a,
      );
      return surest.words.map(({ id, probability }) => ({
        ...this.with(state, surest.mask, id),
        order: [...state.order, surest.mask],
        score: state.score + Math.log(probability),
      }));
    });
  }

  /** Replaces each word of each state in turn by the best one given all others. */
  private async swept(states: readonly State[]): Promise<State[]> {
    let swept = [...states];
    for (const mask of this.problem.positions.keys()) {
      const masked = swept.map((state) => this.with(state, mask, -1));
      const logits = await this.logitsAt(masked.map(({ ids }) => ({ ids, masks: [mask] })));
      swept = swept.map((state, i) => {
        const [word] = topTokens(logits[i]![0]!, {
          topK: 1,
          allowed: this.problem.allows[mask]!,
        });
        return word === undefined ? state : this.with(state, mask, word.id);
      });
    }
    return swept.filter((state, i) => !isSame(state, states[i]!));
  }

  /** Scores complete states by the chain rule in their order. */
  private async rescored(states: readonly State[]): Promise<State[]> {
    const steps = states.flatMap((state) =>
      state.order.map((mask, at) => {
        const later = state.order.slice(at);
        const { ids } = later.reduce((kept, open) => this.with(kept, open, -1), state);
        return { ids, masks: [mask], token: state.tokens[mask]! };
      }),
    );
    const logits = await this.logitsAt(steps);
    const scores = steps.map(({ token }, i) => logProbability(logits[i]![0]!, token));
    const length = this.problem.positions.length;
    return states.map((state, i) => ({
      ...state,
      score: scores.slice(i * length, (i + 1) * length).reduce((sum, score) => sum + score, 0),
    }));
  }

  /** A state with another token at a mask; -1 masks it again. */
  private with(state: State, mask: number, token: number): State {
    const ids = Int32Array.from(state.ids);
    ids[this.problem.positions[mask]!] = token < 0 ? this.model.tokenizer.special.mask : token;
    return { ...state, ids, tokens: state.tokens.with(mask, token) };
  }

  private logitsAt(
    rows: readonly { readonly ids: Int32Array; readonly masks: readonly number[] }[],
  ): Promise<Float32Array[][]> {
    const { positions, signal } = this.problem;
    return runRows(
      this.model,
      rows.map(({ ids, masks }) => ({ ids, positions: masks.map((mask) => positions[mask]!) })),
      signal,
    );
  }
}

/** The `most` best states, each with other words. */
function best(states: readonly State[], most: number): State[] {
  const kept: State[] = [];
  for (const state of [...states].sort((a, b) => b.score - a.score)) {
    if (kept.length === most) break;
    if (!kept.some((other) => isSame(other, state))) kept.push(state);
  }
  return kept;
}

function isSame(a: State, b: State): boolean {
  return a.tokens.every((token, i) => token === b.tokens[i]);
}
