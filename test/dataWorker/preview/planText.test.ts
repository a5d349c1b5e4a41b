import { describe, expect, it } from 'vitest';
import { paragraphsOf } from '../../../src/core/data/paragraphs.js';
import { createMasker } from '../../../src/core/masking/createMasker.js';
import { ALWAYS, NO_RULE } from '../../../src/core/masking/masker.js';
import { maskingPolicySchema } from '../../../src/core/masking/policy/policy.js';
import { message, verbatim } from '../../../src/core/messages/message.js';
import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';
import { ParagraphPlans } from '../../../src/dataWorker/preview/paragraphPlans.js';
import { collectPlan, planDocument } from '../../../src/dataWorker/preview/planText.js';
import { PreviewDocument } from '../../../src/dataWorker/preview/previewDocument.js';

import { fastContentKey } from '../../../src/node/data/contentKeys.js';
import { REPLACEMENTS, type PreviewPlan } from '../../../src/protocol/preview.js';
import { tinyTokenizerJson } from '../../support/tinyModel.js';

const SENTENCE = 'the white whale and the sea saw the ship';
const TEXT = Array.from({ length: 40 }, (_, i) => `${SENTENCE} of day ${i}`).join('\n\n');
const tokenizer = parseTokenizer(tinyTokenizerJson(TEXT));
const policy = maskingPolicySchema.parse({
  version: 1,
  seed: 7,
  rate: 0.2,
  rules: [{ name: 'animals', rate: 0.5, words: ['whale'] }],
  always: ['ship'],
  never: [{ words: ['sea'] }],
});
const never = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

/** Plans that count how many paragraphs were tokenized. */
function countedPlans(): { plans: ParagraphPlans; encoded: string[] } {
  const encoded: string[] = [];
  const counting: Tokenizer = Object.create(tokenizer, {
    encode: {
      value: (text: string) => {
        encoded.push(text);
        return tokenizer.encode(text);
      },
    },
  }) as Tokenizer;
  const maskerOf = (seed: number) =>
    createMasker({ ...policy, seed }, { tokenizer, statistics: null });
  return { plans: new ParagraphPlans(maskerOf, counting, undefined), encoded };
}

const documentOf = (text: string) => PreviewDocument.of(text, { fences: false });

async function planOf(plans: ParagraphPlans, text: string, seed = 7): Promise<PreviewPlan> {
  const options = { plans, seed, signal: never, limit: null };
  const document = documentOf(text);
  const planned = await planDocument(document, options);
  return collectPlan(document, planned, { policy, stretches: [{ start: 0, end: text.length }] });
}

describe('the plan of a preview', () => {
  it('masks each paragraph as the masked dataset does, in places of the whole text', async () => {
    const { masks } = await planOf(countedPlans().plans, TEXT);
    const masker = createMasker(policy, { tokenizer, statistics: null });
    const expected = paragraphsOf(TEXT).flatMap(({ text, start }) => {
      const annotation = masker.annotate(text, tokenizer.encode(text));
      const draw = [7, fastContentKey(text)];
      return masker
        .plan(annotation, { draw })
        .map((mask) => [start + mask.start, start + mask.end, mask.rule, mask.replacement]);
    });
    expect(expected.length).toBeGreaterThan(40);
    expect(
      expected.map((_, i) => [
        masks.starts[i],
        masks.ends[i],
        masks.rules[i],
        REPLACEMENTS[masks.replacements[i]!],
      ]),
    ).toEqual(expected);
    expect(masks.starts).toHaveLength(expected.length);
  });

  it('counts what every rule found and masked', async () => {
    const plan = await planOf(countedPlans().plans, TEXT);
    const [always, animals, random] = plan.legend;
    expect(always).toEqual({ rule: ALWAYS, name: verbatim('always'), found: 40, masked: 40 });
    expect(animals).toMatchObject({ rule: 0, name: verbatim('animals'), found: 40 });
    expect(animals!.masked).toBeGreaterThan(8);
    expect(animals!.masked).toBeLessThan(32);
    expect(random).toMatchObject({ rule: NO_RULE, name: message('masking.atRandom') });
    expect(random!.masked / random!.found).toBeGreaterThan(0.1);
    expect(random!.masked / random!.found).toBeLessThan(0.3);
    // Every word of the text is one token here, and all but "sea" may be masked.
    expect(plan.tokens).toBe(plan.legend.reduce((sum, { found }) => sum + found, 0));
    expect(plan.maskedTokens).toBe(plan.legend.reduce((sum, { masked }) => sum + masked, 0));
  });

  it('tokenizes after a keystroke the paragraph of it alone', async () => {
    const { plans, encoded } = countedPlans();
    const before = await planOf(plans, TEXT);
    encoded.length = 0;
    const typed = TEXT.replace('of day 20', 'of day 20 and night');
    const after = await planOf(plans, typed);
    expect(encoded).toEqual([`${SENTENCE} of day 20 and night`]);
    const at = typed.indexOf('of day 21');
    const behind = ({ masks }: PreviewPlan, from: number) =>
      [...masks.starts].filter((start) => start >= from).map((start) => start - from);
    expect(behind(after, at)).toEqual(behind(before, TEXT.indexOf('of day 21')));
  });

  it('gives each mask that touches a stretch once, and the counts of all', async () => {
    const { plans } = countedPlans();
    const whole = await planOf(plans, TEXT);
    const { starts, ends } = whole.masks;
    const options = { plans, seed: 7, signal: never, limit: null };
    const document = documentOf(TEXT);
    const planned = await planDocument(document, options);
    const inside = { start: starts[4]! + 1, end: starts[9]! + 1 };
    const stretches = [inside, { start: 0, end: ends[0]! - 1 }, { start: ends[5]!, end: ends[6]! }];
    const part = collectPlan(document, planned, { policy, stretches });
    expect([...part.masks.starts]).toEqual([starts[0], ...starts.subarray(4, 10)]);
    expect([...part.masks.ends]).toEqual([ends[0], ...ends.subarray(4, 10)]);
    expect({ ...part, masks: null }).toEqual({ ...whole, masks: null, stretches });
  });

  it('draws anew for another seed without tokenizing, and the same for the same', async () => {
    const { plans, encoded } = countedPlans();
    const first = await planOf(plans, TEXT);
    encoded.length = 0;
    const second = await planOf(plans, TEXT, 8);
    expect(second.masks.starts).not.toEqual(first.masks.starts);
    expect(await planOf(plans, TEXT)).toEqual(first);
    expect(encoded).toEqual([]);
  });

  it('plans in a hurry what is in sight, and goes on with the rest when asked again', async () => {
    const { plans, encoded } = countedPlans();
    const paragraphs = paragraphsOf(TEXT);
    const { start, text } = paragraphs[30]!;
    const seen = { start: start + 1, end: start + text.length - 1 };
    const limit = { first: [seen], milliseconds: -1 };
    const options = { plans, seed: 7, signal: never, limit };
    const first = await planDocument(documentOf(TEXT), options);
    expect(first.isComplete).toBe(false);
    expect(first.plans.flatMap((plan, i) => (plan === null ? [] : [i]))).toEqual([30]);
    expect(encoded).toEqual([text]);
    const relaxed = { ...options, limit: { ...limit, milliseconds: 60_000 } };
    const second = await planDocument(documentOf(TEXT), relaxed);
    expect(second.isComplete).toBe(true);
    expect(encoded).toHaveLength(paragraphs.length);
  });

  it('stops soon after nobody waits any more', async () => {
    const { plans } = countedPlans();
    const long = Array.from({ length: 20_000 }, (_, i) => `${SENTENCE} of day ${i}`).join('\n\n');
    const aborted = { ...never, aborted: true };
    await expect(
      planDocument(documentOf(long), { plans, seed: 7, signal: aborted, limit: null }),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
