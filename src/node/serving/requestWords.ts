import { createHash } from 'node:crypto';
import { longWordsIn, spellWords, type LongWords } from '../../core/predict/longWords.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { Pace } from '../runtime/pace.js';
import type { RequestedList } from './spelledList.js';

/** New words that are spelled while an answer waits; more are spelled behind it. */
const MOST_AT_ONCE = 300;
/** Words that are remembered for each tokenizer and context. */
const MOST_REMEMBERED = 50_000;
/** Lists of requests that are kept, each with its words sorted by their pieces. */
const MOST_LISTS = 8;

/** Words behind one context, by one tokenizer. */
interface Spelling {
  /** Pieces of each word; none for words that are not proposed. */
  readonly pieces: Map<string, Int32Array>;
  readonly lists: WeakMap<readonly string[], LongWords>;
  running: Promise<void> | null;
}

/** Words that requests bring along, of which each is spelled once, however often their lists change. */
export class RequestWords {
  private readonly spellings = new WeakMap<Tokenizer, Map<string, Spelling>>();
  private readonly lists = new Map<string, readonly string[]>();

  constructor(private readonly options: { warn(message: string): void }) {}

  /** Lists of the same words, in any order, are one list. */
  forRequest(words: readonly string[]): RequestedList {
    const list = this.keep(words);
    const missing: (() => void)[] = [];
    return {
      id: null,
      longWords: (tokenizer, context) => {
        const spelling = this.spellingOf(tokenizer, context);
        const known = spelling.lists.get(list);
        if (known !== undefined) return known;
        const unknown = list.filter((word) => !spelling.pieces.has(word));
        const asked = { unknown, context };
        const isSoon = unknown.length <= MOST_AT_ONCE;
        if (isSoon) {
          const steps = stepsOf(spelling, tokenizer, asked);
          while (steps.next().done !== true);
        } else {
          missing.push(() => {
            spelling.running ??= this.spell(spelling, tokenizer, asked);
          });
        }
        const found = wordsOf(list, spelling);
        if (isSoon) spelling.lists.set(list, found);
        return found;
      },
      get isWhole() {
        return missing.length === 0;
      },
      prepare: () => {
        for (const start of missing) start();
      },
    };
  }

  private async spell(
    spelling: Spelling,
    tokenizer: Tokenizer,
    asked: { readonly unknown: readonly string[]; readonly context: string },
  ): Promise<void> {
    try {
      const pace = new Pace(undefined);
      await pace.turn();
      const steps = stepsOf(spelling, tokenizer, asked);
      while (steps.next().done !== true) if (pace.isOver) await pace.turn();
    } catch (thrown) {
      this.options.warn(`no words of several pieces: ${String(thrown)}`);
    } finally {
      spelling.running = null;
    }
  }

  private spellingOf(tokenizer: Tokenizer, context: string): Spelling {
    let contexts = this.spellings.get(tokenizer);
    if (contexts === undefined) {
      contexts = new Map<string, Spelling>();
      this.spellings.set(tokenizer, contexts);
    }
    let spelling = contexts.get(context);
    if (spelling === undefined || spelling.pieces.size > MOST_REMEMBERED) {
      spelling = { pieces: new Map(), lists: new WeakMap(), running: null };
      contexts.set(context, spelling);
    }
    return spelling;
  }

  private keep(words: readonly string[]): readonly string[] {
    const key = createHash('sha256').update(words.join('\n')).digest('base64');
    const known = this.lists.get(key) ?? [...new Set(words)].sort();
    this.lists.delete(key);
    this.lists.set(key, known);
    const [oldest] = this.lists.keys();
    if (this.lists.size > MOST_LISTS && oldest !== undefined) this.lists.delete(oldest);
    return known;
  }
}

const NO_PIECES = new Int32Array(0);

/** Spells words part by part. */
function* stepsOf(
  { pieces }: Spelling,
  tokenizer: Tokenizer,
  { unknown, context }: { readonly unknown: readonly string[]; readonly context: string },
): Generator<void, void, void> {
  const { counts, ids } = yield* spellWords(tokenizer, unknown, context);
  let at = 0;
  unknown.forEach((word, i) => {
    const count = counts[i]!;
    pieces.set(word, count === 0 ? NO_PIECES : ids.slice(at, at + count));
    at += count;
  });
}

/** The words of a list that are spelled. */
function wordsOf(list: readonly string[], { pieces }: Spelling): LongWords {
  const spelled = list.map((word) => pieces.get(word) ?? NO_PIECES);
  const ids = new Int32Array(spelled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const own of spelled) {
    ids.set(own, at);
    at += own.length;
  }
  return longWordsIn(list, { counts: Uint8Array.from(spelled, ({ length }) => length), ids });
}
