import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/core/masking/createMasker.js';
import { replacementsOf } from '../../../src/core/masking/maskedText.js';
import { maskingPolicySchema } from '../../../src/core/masking/policy/policy.js';
import { caseOf } from '../../../src/core/masking/replacing/tokenClasses.js';
import {
  REFERENCE_MODELS,
  referenceTokenizer,
  type ReferenceModel,
} from '../../support/referenceTokenizers.js';

function maskedText(
  fields: object,
  text: string,
  { model = 'bertCased', draw = 0 }: { model?: ReferenceModel; draw?: number } = {},
) {
  const tokenizer = referenceTokenizer(model);
  const policy = maskingPolicySchema.parse({ version: 1, ...fields });
  const masker = createMasker(policy, { tokenizer, statistics: null });
  const encoding = tokenizer.encode(text);
  const plan = masker.plan(masker.annotate(text, encoding), { draw: [draw] });
  const replacements = replacementsOf(text, plan, { masker, tokenizer, draw: [draw] });
  const spelled = plan.reduceRight(
    (all, { start, end }, i) => all.slice(0, start) + replacements[i]! + all.slice(end),
    text,
  );
  const inputIds = masker.inputIds(encoding.ids, plan, { draw: [draw] });
  return { spelled, plan, replacements, encoding, inputIds, tokenizer };
}

const MASK_ONLY = { mask: 1, random: 0, keep: 0 };
const RANDOM_ONLY = { mask: 0, random: 1, keep: 0 };
const TEXT = 'The old whale swam slowly, and 1851 Ships went by the river.';

describe('masked texts', () => {
  it.each(REFERENCE_MODELS)(
    'of %s tokenize to the masked ids where whole words are masked',
    (model) => {
      for (const unit of ['word', 'span', 'sentence']) {
        for (let draw = 0; draw < 20; draw++) {
          const fields = { unit, rate: 0.4, replace: MASK_ONLY };
          const { spelled, inputIds, tokenizer } = maskedText(fields, TEXT, { model, draw });
          // Some SentencePiece models spell the space before a mask token as a separate token.
          const isText = (id: number): boolean => tokenizer.readable(id).trim() !== '';
          expect([...tokenizer.encode(spelled).ids].filter(isText)).toEqual(
            [...inputIds].filter(isText),
          );
        }
      }
    },
  );

  it('have what a rule wants in place of what it masks', () => {
    const rules = [{ name: 'a', words: ['old whale'], replaceWith: '<ANIMAL>' }];
    expect(maskedText({ rate: 0, rules }, TEXT).spelled).toBe(
      TEXT.replace('old whale', '<ANIMAL>'),
    );
  });

  it('keep what is to be kept, and spell out random words', () => {
    const keep = { rate: 0.5, replace: { mask: 0, random: 0, keep: 1 } };
    expect(maskedText(keep, TEXT).spelled).toBe(TEXT);
    const { replacements, inputIds, plan, tokenizer } = maskedText(
      { rate: 0.5, unit: 'word', replace: RANDOM_ONLY },
      TEXT,
    );
    plan.forEach(({ tokenStart, tokenEnd }, i) => {
      const tokens = [...inputIds.subarray(tokenStart, tokenEnd)];
      const readable = tokens.map((id) => tokenizer.readable(id)).join('');
      expect(replacements[i]!.replaceAll(' ', '')).toBe(readable.replaceAll(' ', ''));
    });
  });
});

describe('random replacements', () => {
  it('come from all of the vocabulary but special, reserved and broken tokens', () => {
    const seen = new Set<number>();
    for (let draw = 0; draw < 400; draw++) {
      const { inputIds, tokenizer } = maskedText({ rate: 0.9, replace: RANDOM_ONLY }, TEXT, {
        model: 'roberta',
        draw,
      });
      for (const id of inputIds) {
        seen.add(id);
        expect(tokenizer.isSpecial(id)).toBe(false);
      }
    }
    const tokenizer = referenceTokenizer('roberta');
    expect(seen.size).toBeGreaterThan(0.5 * Math.min(tokenizer.vocabularySize, 6000));
    expect([...seen].some((id) => tokenizer.readable(id).includes('\uFFFD'))).toBe(false);
  });

  it('of the same class have the same place in a word, case and script', () => {
    for (let draw = 0; draw < 50; draw++) {
      const { encoding, inputIds, tokenizer } = maskedText(
        { rate: 0.9, replace: RANDOM_ONLY, randomFrom: 'same-class' },
        TEXT,
        { draw },
      );
      inputIds.forEach((id, token) => {
        const original = encoding.ids[token]!;
        expect(tokenizer.isContinuation(id)).toBe(tokenizer.isContinuation(original));
        expect(caseOf(tokenizer.readable(id))).toBe(caseOf(tokenizer.readable(original)));
        expect(/^\p{Nd}+$/u.test(tokenizer.readable(id))).toBe(
          /^\p{Nd}+$/u.test(tokenizer.readable(original)),
        );
      });
    }
  });

  it('of a rule with a list are other words of the list, in the case of the text', () => {
    const words = ['river', 'the', 'old', 'by', 'and', 'went'];
    const rules = [{ name: 'a', words, replace: RANDOM_ONLY }];
    for (const model of ['bertCased', 'roberta'] as const) {
      const seen = new Set<string>();
      for (let draw = 0; draw < 40; draw++) {
        const fields = { rate: 0, rules, randomFrom: 'same-class' };
        const { replacements, plan } = maskedText(fields, TEXT, { model, draw });
        // Where no other word of the list has as many tokens, tokens are replaced one by one.
        plan.forEach(({ tokenStart, tokenEnd }, i) => {
          if (tokenEnd === tokenStart + 1) seen.add(replacements[i]!);
        });
      }
      expect(seen.size).toBeGreaterThan(2);
      for (const word of seen) expect(words).toContain(word.toLowerCase());
      expect([...seen].some((word) => caseOf(word) === 'capital')).toBe(true);
    }
  });
});
