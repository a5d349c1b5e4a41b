import type { LabelledExample } from '../../data/examples/labelledExamples.js';
import type { Masker, DrawOptions } from '../../masking/masker.js';
import { maskTokens, type MarkedTokens, type MaskedToken } from '../../masking/maskTokens.js';
import { marksOf } from '../../masking/planning/tokenUnits.js';
import type { MaskingPolicy } from '../../masking/policy/policy.js';
import { message, type Message } from '../../messages/message.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { RuleCoverage, summarizeMasking, type MaskingSummary } from './maskingReport.js';

/** Unknown words can be masked, too: unlike in masked language modeling, nothing predicts them. */
const EVERY_TOKEN: Pick<Tokenizer, 'isSpecial'> = { isSpecial: () => false };

/** Replaces the token at `source` of the texts of an example. */
export type InputOf = (id: number, source: number) => number;

/** Words in the training texts of labelled examples that a policy masks. */
export class WordMasks {
  private readonly texts = new Map<LabelledExample, readonly MarkedTokens[]>();
  private readonly coverage: RuleCoverage;

  constructor(
    private readonly masker: Masker,
    private readonly tokenizer: Tokenizer,
  ) {
    this.coverage = new RuleCoverage(masker.policy);
  }

  get policy(): MaskingPolicy {
    return this.masker.policy;
  }

  /** Finds the words of an example that the policy can mask. */
  add(example: LabelledExample): void {
    const { text, pair, key, file } = example;
    const texts = (pair === null ? [text] : [text, pair]).map((one, i): MarkedTokens => {
      const encoding = this.tokenizer.encode(one);
      const marks = marksOf(this.masker.annotate(one, encoding, file), encoding.ids, EVERY_TOKEN);
      this.coverage.add(marks);
      return { ids: encoding.ids, marks, key: `${key}:${i}` };
    });
    this.texts.set(example, texts);
  }

  /** Whether the policy finds words in an example, however rarely it masks them. */
  has(example: LabelledExample): boolean {
    return (this.texts.get(example) ?? []).some(({ marks }) => marks.some((mark) => mark !== 0));
  }

  /** Tokens of an example as a draw of the masks leaves them; `null` if it masks none. */
  inputsOf(example: LabelledExample, drawn: Pick<DrawOptions, 'draw' | 'rate'>): InputOf | null {
    const masked = this.maskedTokens(example, drawn);
    return masked.size === 0 ? null : (id, source) => masked.get(source)?.inputId ?? id;
  }

  /** Tokens of an example that a draw masks, by their place among the tokens of its texts. */
  maskedTokens(
    example: LabelledExample,
    drawn: Pick<DrawOptions, 'draw' | 'rate'>,
  ): ReadonlyMap<number, MaskedToken> {
    const masked = new Map<number, MaskedToken>();
    let first = 0;
    for (const text of this.texts.get(example) ?? []) {
      const options = { ...drawn, tokenizer: EVERY_TOKEN, atLeastOne: false };
      for (const token of maskTokens(text, this.masker, options)) {
        masked.set(first + token.index, token);
      }
      first += text.ids.length;
    }
    return masked;
  }

  /** Share of the tokens of examples that the first epoch masks. */
  summarize(
    examples: readonly LabelledExample[],
    seed: number,
  ): Pick<MaskingSummary, 'share' | 'masked'> {
    const texts = examples.flatMap((example) => this.texts.get(example) ?? []);
    const store = { length: texts.length, get: (index: number) => texts[index]! };
    return summarizeMasking(store, this.masker, {
      ...{ tokenizer: EVERY_TOKEN, seed, atLeastOne: false },
    });
  }

  /** Share of the tokens that the first epoch masks; `null` with a warning if there are none. */
  report(seed: number): { readonly masked: Message | null; readonly warnings: readonly Message[] } {
    const { share, masked } = this.summarize([...this.texts.keys()], seed);
    const idle = this.coverage.idleRules();
    return share === 0
      ? { masked: null, warnings: [...idle, message('training.noWordsMasked')] }
      : { masked, warnings: idle };
  }
}
