import type { ParagraphPlan, ParagraphPlans } from './paragraphPlans.js';

/** Plans of the paragraphs of a document, possibly incomplete, and the sums of their counts. */
export class DocumentPlans {
  tokens = 0;
  maskedTokens = 0;
  /** Per rule, as in the plan of a paragraph; empty if there is no plan. */
  readonly found: number[] = [];
  readonly masked: number[] = [];
  private missing: number;

  private constructor(
    /** Source of the plans. */
    readonly by: ParagraphPlans,
    readonly seed: number,
    private readonly known: (ParagraphPlan | null)[],
  ) {
    this.missing = known.length;
  }

  static none(by: ParagraphPlans, seed: number, paragraphs: number): DocumentPlans {
    return new DocumentPlans(by, seed, new Array<null>(paragraphs).fill(null));
  }

  /** Plans in the order of the paragraphs; `null` for a paragraph without a plan. */
  get plans(): readonly (ParagraphPlan | null)[] {
    return this.known;
  }

  get isComplete(): boolean {
    return this.missing === 0;
  }

  /** Plans a paragraph if it has no plan. */
  plan(index: number, text: string): ParagraphPlan {
    const known = this.known[index];
    if (known != null) return known;
    const plan = this.by.get(text, this.seed);
    this.known[index] = plan;
    this.missing--;
    this.count(plan, 1);
    return plan;
  }

  /** Index of the first paragraph from `index` on without a plan; -1 if there is none. */
  nextMissing(index: number): number {
    return this.missing === 0 ? -1 : this.known.indexOf(null, index);
  }

  /** Plans of a document in which `added` new paragraphs replace those in [from, to). */
  spliced(from: number, to: number, added: number): DocumentPlans {
    const { by, seed, known, found, masked } = this;
    const fresh = new Array<null>(added).fill(null);
    const all = known.slice(0, from).concat(fresh, known.slice(to));
    const result = new DocumentPlans(by, seed, all);
    result.found.push(...found);
    result.masked.push(...masked);
    result.tokens = this.tokens;
    result.maskedTokens = this.maskedTokens;
    result.missing = this.missing + added;
    for (const plan of known.slice(from, to)) {
      if (plan === null) result.missing--;
      else result.count(plan, -1);
    }
    return result;
  }

  private count(plan: ParagraphPlan, sign: 1 | -1): void {
    this.tokens += sign * plan.tokens;
    this.maskedTokens += sign * plan.maskedTokens;
    plan.found.forEach((count, rule) => {
      this.found[rule] = (this.found[rule] ?? 0) + sign * count;
      this.masked[rule] = (this.masked[rule] ?? 0) + sign * plan.masked[rule]!;
    });
  }
}
