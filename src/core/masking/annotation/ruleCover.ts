import type { Encoding } from '../../tokenizer/tokenizer.js';
import { NO_RULE, type Annotation } from '../masker.js';
import type { MaskingUnit } from '../policy/policy.js';
import type { TextContext } from './textContext.js';

const NEVER = -3;
/** Ways in which a token can be masked: in any way, by rules only (unknown tokens), or never. */
export const FREE = 0;
export const BY_RULES = 1;
export const FIXED = 2;

/** Rule that covers each token of a text: the first one that claims it. */
export class RuleCover {
  private readonly owners: Int16Array;
  /** Neighbors with the same owner and the same number here are one unit. */
  private readonly units: Int32Array;
  private nextUnit = 0;

  constructor(
    private readonly context: TextContext,
    /** `FREE`, `BY_RULES` or `FIXED` for each token id. */
    private readonly kinds: Uint8Array,
  ) {
    const { length } = context.encoding.ids;
    this.owners = new Int16Array(length).fill(NO_RULE);
    this.units = new Int32Array(length);
  }

  /** Prevents masking of all tokens that share a unit with `[start, end)`. */
  forbid(start: number, end: number, unit: MaskingUnit): void {
    const [from, to] = this.widened(start, end, unit);
    this.owners.fill(NEVER, from, to);
  }

  /** Gives a rule the unclaimed tokens of `[start, end)`, as one unit or in the units of the rule. */
  claim(rule: number, start: number, end: number, unit: MaskingUnit | undefined): void {
    const [from, to] = this.widened(start, end, unit ?? 'token');
    const groups = unit === undefined ? null : this.context.groups(unit);
    for (let token = from; token < to; token++) {
      if (this.owners[token] !== NO_RULE) continue;
      this.owners[token] = rule;
      this.units[token] = groups === null ? this.nextUnit : groups[token]!;
    }
    this.nextUnit++;
  }

  /**
   * All units in order; without `unit`, only those that a rule covers.
   *
   * @param unit units of random masking
   */
  annotation(
    unit: MaskingUnit | null,
    {
      sparesMarkup,
    }: { /** Whether random masking leaves markup alone. */ readonly sparesMarkup: boolean },
  ): Annotation {
    const { encoding } = this.context;
    const base = unit === null ? null : this.context.groups(unit);
    const tokens = this.context.groups('token');
    const builder = new UnitBuilder(encoding);
    let previous: { owner: number; number: number; end: number } | null = null;
    for (let token = 0; token < tokens.length;) {
      const from = token;
      while (token < tokens.length && tokens[token] === tokens[from]) token++;
      const owner = this.owners[from]!;
      const number = (owner === NO_RULE ? base : this.units)?.[from];
      if (owner === NEVER || number === undefined || !this.isMaskable(owner, from, token)) continue;
      if (owner === NO_RULE && sparesMarkup && this.isMarkup(from, token)) continue;
      const joins: boolean =
        previous?.end === from && previous.owner === owner && previous.number === number;
      builder.add(from, token, owner, joins);
      previous = { owner, number, end: token };
    }
    return builder.build();
  }

  private isMarkup(from: number, to: number): boolean {
    const { starts, ends } = this.context.encoding;
    return this.context.visible.isMarkup(starts[from]!, ends[to - 1]!);
  }

  private isMaskable(owner: number, from: number, to: number): boolean {
    const { ids, starts, ends } = this.context.encoding;
    const most = owner === NO_RULE ? FREE : BY_RULES;
    let isVisible = false;
    for (let token = from; token < to; token++) {
      if (this.kinds[ids[token]!]! > most) return false;
      isVisible ||= ends[token]! > starts[token]!;
    }
    return isVisible;
  }

  /** Tokens of `[start, end)` and all tokens that share a unit with them. */
  private widened(start: number, end: number, unit: MaskingUnit): [from: number, to: number] {
    let [from, to] = this.context.tokensOf(start, end);
    if (from === to) return [from, to];
    const groups = this.context.groups(unit);
    while (from > 0 && groups[from - 1] === groups[from]) from--;
    while (to < groups.length && groups[to] === groups[to - 1]) to++;
    return [from, to];
  }
}

const INT = 4;

/** Builds an annotation from units, from left to right. */
export class UnitBuilder {
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly tokenStarts: Int32Array;
  private readonly tokenEnds: Int32Array;
  private readonly rules: Int16Array;
  private count = 0;

  constructor(private readonly encoding: Encoding) {
    const { length } = encoding.ids;
    // One buffer for all: for short texts, allocating five takes longer than filling them.
    const memory = new ArrayBuffer(length * (4 * INT + 2));
    this.starts = new Int32Array(memory, 0, length);
    this.ends = new Int32Array(memory, INT * length, length);
    this.tokenStarts = new Int32Array(memory, 2 * INT * length, length);
    this.tokenEnds = new Int32Array(memory, 3 * INT * length, length);
    this.rules = new Int16Array(memory, 4 * INT * length, length);
  }

  /** Adds tokens `[from, to)`, to the last unit if they join it. */
  add(from: number, to: number, rule: number, joins: boolean): void {
    const unit = joins ? this.count - 1 : this.count++;
    if (!joins) {
      this.starts[unit] = this.encoding.starts[from]!;
      this.rules[unit] = rule;
      this.tokenStarts[unit] = from;
    }
    this.ends[unit] = this.encoding.ends[to - 1]!;
    this.tokenEnds[unit] = to;
  }

  build(): Annotation {
    const { count, starts, ends, rules, tokenStarts, tokenEnds } = this;
    if (count === starts.length) return { starts, ends, rules, tokenStarts, tokenEnds };
    return {
      starts: starts.subarray(0, count),
      ends: ends.subarray(0, count),
      rules: rules.subarray(0, count),
      tokenStarts: tokenStarts.subarray(0, count),
      tokenEnds: tokenEnds.subarray(0, count),
    };
  }
}
