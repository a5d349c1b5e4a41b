import { describe, expect, it } from 'vitest';
import { measureForm } from '../../../src/node/serving/measureForms.js';
import { PROBE_TEXTS } from '../../../src/node/serving/probeTexts.js';
import {
  FakeModel,
  FakeTokenizer,
  mixedRule,
  type LogitRule,
} from '../../core/predict/fakeModel.js';

const tokenizer = new FakeTokenizer([
  ...new Set(
    PROBE_TEXTS.join(' ')
      .toLowerCase()
      .match(/\p{L}+|[.,]/gu),
  ),
]);
const SENTENCES = PROBE_TEXTS.map((text) => [...tokenizer.encode(text).ids]);
const MASK = tokenizer.special.mask;

/** Knows the sentences by heart. */
const rightRule: LogitRule = (ids, position, token) => {
  const sentence = SENTENCES.find(
    (known) =>
      known.length === ids.length - 2 &&
      known.every((id, i) => ids[i + 1] === MASK || ids[i + 1] === id),
  );
  return sentence?.[position - 1] === token ? 9 : 0;
};

function model(rule: LogitRule, milliseconds: number) {
  const fake = new FakeModel(tokenizer, rule);
  return {
    tokenizer,
    maxLength: fake.maxLength,
    batches: fake.batches,
    logitsAt: async (batch: Parameters<FakeModel['logitsAt']>[0]): Promise<Float32Array> => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return fake.logitsAt(batch);
    },
  };
}

const turn = { pass: () => Promise.resolve() };

describe('measureForm', () => {
  it('chooses a form that agrees with float32 and is faster, and passes its turn on', async () => {
    let passes = 0;
    const counting = {
      pass: () => {
        passes++;
        return Promise.resolve();
      },
    };
    const reference = model(rightRule, 20);
    const form = model(rightRule, 0);
    const measured = await measureForm(form, reference, counting);
    expect(measured).toMatchObject({ agrees: true, isChosen: true });
    expect(measured.speedup).toBeGreaterThan(1.1);
    expect(passes).toBe(form.batches.length + reference.batches.length);
    expect(passes).toBe(2 * 3 * PROBE_TEXTS.length);
  });

  it('asks no model for more tokens than it takes', async () => {
    const maxLength = 8;
    const short = { ...model(mixedRule, 0), maxLength };
    await measureForm(short, { ...model(mixedRule, 0), maxLength }, turn);
    expect(Math.max(...short.batches.map(({ length }) => length))).toBe(maxLength);
  });

  it('keeps float32 where a form is slower', async () => {
    const measured = await measureForm(model(rightRule, 20), model(rightRule, 0), turn);
    expect(measured).toMatchObject({ agrees: true, isChosen: false });
  });

  it('keeps float32 where a form predicts otherwise', async () => {
    const measured = await measureForm(model(mixedRule, 0), model(rightRule, 20), turn);
    expect(measured).toMatchObject({ agrees: false, isChosen: false });
  });
});
