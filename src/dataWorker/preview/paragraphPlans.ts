import type { Annotation, Masker, PlannedMask } from '../../core/masking/masker.js';
import { replacementsOf } from '../../core/masking/maskedText.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { fastContentKey } from '../../node/data/contentKeys.js';

/** Plan of one paragraph. Offsets count from the paragraph's start. */
export interface ParagraphPlan {
  readonly masks: readonly PlannedMask[];
  /** Per rule, from `ALWAYS` (−2) on: number of covered units, and of masked ones. */
  readonly found: Int32Array;
  readonly masked: Int32Array;
  /** Number of maskable tokens, and of masked ones. */
  readonly tokens: number;
  readonly maskedTokens: number;
  /** Replacement of each mask, computed at the first call. */
  replacements(): readonly string[];
}

interface Paragraph {
  readonly text: string;
  readonly annotation: Annotation;
  readonly key: string;
  seed: number;
  plan: ParagraphPlan;
}

/** `ALWAYS` and `NO_RULE` come before the rules. */
export const RULES_FROM = -2;

/** Number of paragraphs to keep in addition to those of the current text, for undo. */
const SPARE_PARAGRAPHS = 2000;

/**
 * Plans paragraphs and caches the plans by content, so that a keystroke plans one paragraph.
 * Annotations do not depend on the seed, so another seed only repeats the draw.
 */
export class ParagraphPlans {
  private readonly known = new Map<string, Paragraph>();

  constructor(
    /** Masker of the policy for a seed. */
    private readonly maskerOf: (seed: number) => Masker,
    private readonly tokenizer: Tokenizer,
    private readonly file: string | undefined,
  ) {}

  get(text: string, seed: number): ParagraphPlan {
    const known = this.known.get(text);
    if (known === undefined) return this.add(text, seed).plan;
    if (known.seed !== seed) {
      known.plan = this.draw(known, seed);
      known.seed = seed;
    }
    return known.plan;
  }

  /** Drops other paragraphs than the given ones if there are too many. */
  tidy(paragraphs: readonly { readonly text: string }[]): void {
    if (this.known.size <= paragraphs.length + SPARE_PARAGRAPHS) return;
    const texts = new Set(paragraphs.map(({ text }) => text));
    for (const text of this.known.keys()) if (!texts.has(text)) this.known.delete(text);
  }

  private add(text: string, seed: number): Paragraph {
    const encoding = this.tokenizer.encode(text);
    const annotation = this.maskerOf(seed).annotate(text, encoding, this.file);
    const key = fastContentKey(text);
    const plan = this.draw({ text, annotation, key }, seed);
    const paragraph = { text, annotation, key, seed, plan };
    this.known.set(text, paragraph);
    return paragraph;
  }

  private draw(
    { text, annotation, key }: Pick<Paragraph, 'text' | 'annotation' | 'key'>,
    seed: number,
  ): ParagraphPlan {
    const { tokenizer } = this;
    const masker = this.maskerOf(seed);
    const draw = [seed, key];
    const masks = masker.plan(annotation, { draw });
    const found = new Int32Array(masker.policy.rules.length - RULES_FROM);
    const masked = new Int32Array(found.length);
    const { starts, ends, rules, tokenStarts, tokenEnds } = annotation;
    let tokens = 0;
    let maskedTokens = 0;
    let at = 0;
    rules.forEach((rule, unit) => {
      const size = tokenEnds[unit]! - tokenStarts[unit]!;
      found[rule - RULES_FROM]!++;
      tokens += size;
      while (at < masks.length && masks[at]!.end <= starts[unit]!) at++;
      const mask = masks[at];
      if (mask !== undefined && mask.start <= starts[unit]! && ends[unit]! <= mask.end) {
        masked[rule - RULES_FROM]!++;
        maskedTokens += size;
      }
    });
    let made: readonly string[] | null = null;
    const replacements = (): readonly string[] =>
      (made ??= masks.length === 0 ? [] : replacementsOf(text, masks, { masker, tokenizer, draw }));
    return { masks, found, masked, tokens, maskedTokens, replacements };
  }
}
