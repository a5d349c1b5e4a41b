import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/core/masking/createMasker.js';
import {
  ALWAYS,
  NO_RULE,
  type Annotation,
  type CorpusStatistics,
  type Masker,
} from '../../../src/core/masking/masker.js';
import {
  MASKING_UNITS,
  maskingPolicySchema,
  PERSONAL_DATA,
} from '../../../src/core/masking/policy/policy.js';
import type { Encoding, Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';
import {
  REFERENCE_MODELS,
  REFERENCE_TEXTS,
  referenceTokenizer,
} from '../../support/referenceTokenizers.js';
import { leastTime } from '../../support/leastTime.js';
import { MIXED_LINES } from '../tokenizer/mixedText.js';
import { SAMPLE_PROSE } from '../data/sampleTokenizer.js';

const statistics: CorpusStatistics = {
  texts: 100,
  documentFrequencies: new Map([['the', 90]]),
  collocations: new Map([
    ['new york', { count: 10, pmi: 5 }],
    ['of the', { count: 50, pmi: 0.1 }],
  ]),
};

const policyOf = (fields: object) => maskingPolicySchema.parse({ version: 1, ...fields });
const maskerOf = (fields: object, tokenizer: Tokenizer): Masker =>
  createMasker(policyOf(fields), { tokenizer, statistics });

/** The texts of an annotation's units that a rule covers. */
function unitsOf(
  fields: object,
  text: string,
  {
    tokenizer = referenceTokenizer('bertUncased'),
    rule = 0,
    file = undefined as string | undefined,
  } = {},
): string[] {
  const { starts, ends, rules } = maskerOf(fields, tokenizer).annotate(
    text,
    tokenizer.encode(text),
    file,
  );
  return [...rules.keys()]
    .filter((unit) => rules[unit] === rule)
    .map((unit) => text.slice(starts[unit], ends[unit]));
}

function expectSound(
  { starts, ends, tokenStarts, tokenEnds }: Annotation,
  encoding: Encoding,
  text: string,
): void {
  let lastEnd = 0;
  // One comparison in the end: there are millions of units.
  const unsound: unknown[] = [];
  for (let unit = 0; unit < starts.length; unit++) {
    const [start, end] = [starts[unit]!, ends[unit]!];
    const [tokenStart, tokenEnd] = [tokenStarts[unit]!, tokenEnds[unit]!];
    const split: number[] = [];
    for (let token = 0; token < encoding.ids.length; token++) {
      const isInside = token >= tokenStart && token < tokenEnd;
      const shares = encoding.starts[token]! < end && encoding.ends[token]! > start;
      if (shares && !isInside) split.push(token);
    }
    const isInOrder = start >= lastEnd && end > start && end <= text.length;
    const isWhole = start === encoding.starts[tokenStart] && end === encoding.ends[tokenEnd - 1];
    if (!isInOrder || !isWhole || split.length > 0) unsound.push({ start, end, lastEnd, split });
    lastEnd = end;
  }
  expect(unsound, JSON.stringify(text)).toEqual([]);
}

const RULES = [
  { name: 'list', words: ['fox', 'new york', '学习', 'x'], rate: 0.5 },
  { name: 'sentence', words: ['lazy', 'Qué'], unit: 'sentence', rate: 0.3 },
  { name: 'pattern', pattern: '[0-9]+|\\p{Lu}\\p{Ll}', unit: 'word', rate: 0.4 },
  { name: 'personal', personalData: PERSONAL_DATA },
  { name: 'span', pattern: '.+,', unit: 'span', rate: 0.2 },
  { name: 'entity', entities: ['person', 'place'], unit: 'entity' },
  { name: 'collocation', collocations: { minimumCount: 2 } },
];

describe('annotations', () => {
  it.each(REFERENCE_MODELS)('of %s are in order, apart, and of whole tokens', (model) => {
    const tokenizer = referenceTokenizer(model);
    const texts = [...MIXED_LINES, ...REFERENCE_TEXTS.slice(0, 40), SAMPLE_PROSE];
    // The tagger takes its time, and does not depend on the tokenizer.
    const units = MASKING_UNITS.filter((unit) => unit !== 'entity' || model === 'roberta');
    const rules = RULES.filter((rule) => rule.unit !== 'entity' || model === 'roberta');
    const maskers = [
      ...units.map((unit) => maskerOf({ unit }, tokenizer)),
      ...units.map((unit) =>
        maskerOf({ unit, rules, always: ['quick'], never: [{ pattern: '[aeiou]' }] }, tokenizer),
      ),
    ];
    for (const text of texts) {
      const encoding = tokenizer.encode(text);
      for (const masker of maskers) {
        const annotation = masker.annotate(text, encoding);
        expectSound(annotation, encoding, text);
        const plan = masker.plan(annotation, { draw: ['x'] });
        let last = 0;
        for (const { start, end, tokenStart, tokenEnd } of plan) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(encoding.starts[tokenStart]).toBe(start);
          expect(encoding.ends[tokenEnd - 1]).toBe(end);
          last = end;
        }
        const inputIds = masker.inputIds(encoding.ids, plan, { draw: ['x'] });
        expect(inputIds).toHaveLength(encoding.ids.length);
        const isRight = (id: number, token: number): boolean => {
          const mask = plan.find((one) => one.tokenStart <= token && token < one.tokenEnd);
          if (!mask || mask.replacement === 'keep') return id === encoding.ids[token];
          if (mask.replacement === 'mask') return id === tokenizer.special.mask;
          return !tokenizer.isSpecial(id);
        };
        const wrong = [...inputIds.keys()].filter((token) => !isRight(inputIds[token]!, token));
        expect(wrong).toEqual([]);
      }
    }
  });

  it('leave special tokens and empty texts alone', () => {
    const tokenizer = referenceTokenizer('bertUncased');
    for (const text of ['', '   ', '[MASK] [SEP][CLS]']) {
      for (const unit of MASKING_UNITS) {
        const masker = maskerOf({ unit, rules: [{ name: 'all', pattern: '.+' }] }, tokenizer);
        const annotation = masker.annotate(text, tokenizer.encode(text));
        expect(annotation.starts).toHaveLength(0);
        expect(masker.plan(annotation, { draw: [], atLeastOne: true })).toEqual([]);
      }
    }
  });

  it('of words are the words of the tokenizer, and of Intl.Segmenter for Chinese and Japanese', () => {
    const units = (text: string, model: (typeof REFERENCE_MODELS)[number] = 'bertUncased') =>
      unitsOf({ unit: 'word' }, text, { tokenizer: referenceTokenizer(model), rule: NO_RULE });
    expect(units('circumnavigation, crème brûlée!')).toEqual([
      'circumnavigation',
      ',',
      'crème',
      'brûlée',
      '!',
    ]);
    for (const model of ['roberta', 'modernBert', 'euroBert'] as const) {
      expect(units('我在北京学习中文。', model).join('|'), model).toMatch(/^我\|?在\|?北京\|?学习/);
    }
    expect(units('我在北京学习中文。', 'roberta')).toContain('北京');
    expect(units('日本語を勉強する', 'roberta')).toContain('勉強');
  });

  it('of sentences go over single line ends', () => {
    const found = unitsOf({ unit: 'sentence' }, 'One two\nthree. Four five!\n\nSix', {
      rule: NO_RULE,
    });
    expect(found).toEqual(['One two\nthree.', 'Four five!', 'Six']);
  });

  it('of entities keep names together and other words apart', () => {
    const found = unitsOf({ unit: 'entity' }, 'Yesterday Barack Obama visited Paris.', {
      rule: NO_RULE,
    });
    expect(found).toContain('Barack Obama');
    expect(found).toContain('visited');
  });
});

describe('rules', () => {
  it('find words and phrases in any case, with any space, but not inside of others', () => {
    const rules = [{ name: 'a', words: ['new york', "don't", 'C++', '北京', 'it'] }];
    const text = "New\nYork, new  york; newyork. Don’t! c++, c+. 我在北京 hit it, it's";
    expect(unitsOf({ rules }, text)).toEqual([
      'New\nYork',
      'new  york',
      'Don’t',
      'c++',
      '北京',
      'it',
      'it',
    ]);
  });

  it('count in their order: the first that matches a word has it', () => {
    const rules = [
      { name: 'first', words: ['york times'] },
      { name: 'second', words: ['new york'] },
      { name: 'third', pattern: '[a-z]+' },
    ];
    const text = 'the new york times';
    expect(unitsOf({ rules }, text, { rule: 0 })).toEqual(['york times']);
    expect(unitsOf({ rules }, text, { rule: 1 })).toEqual(['new']);
    expect(unitsOf({ rules }, text, { rule: 2 })).toEqual(['the']);
    expect(unitsOf({ rules }, text, { rule: NO_RULE })).toEqual([]);
  });

  it('yield to always, and all yield to never', () => {
    const fields = {
      unit: 'word',
      rules: [{ name: 'a', words: ['red', 'green', 'blue'] }],
      always: ['green', 'blue'],
      never: [{ words: ['blue'] }, { pattern: 'y.llow' }],
    };
    const text = 'red green blue yellow white';
    expect(unitsOf(fields, text, { rule: 0 })).toEqual(['red']);
    expect(unitsOf(fields, text, { rule: ALWAYS })).toEqual(['green']);
    expect(unitsOf(fields, text, { rule: NO_RULE })).toEqual(['white']);
  });

  it('widen what they find to the unit that they name', () => {
    const text = 'We saw Mary Shelley. She wrote.';
    const rule = (unit: string) => ({ rules: [{ name: 'a', pattern: 'helle', unit }] });
    expect(unitsOf(rule('word'), text)).toEqual(['Shelley']);
    expect(unitsOf(rule('entity'), text)).toEqual(['Mary Shelley']);
    expect(unitsOf(rule('sentence'), text)).toEqual(['We saw Mary Shelley.']);
    expect(
      unitsOf({ rules: [{ name: 'a', words: ['mary shelley'], unit: 'word' }] }, text),
    ).toEqual(['Mary', 'Shelley']);
  });

  it('find parts of speech and entities', () => {
    const text = 'The quick fox quickly reached Paris in 2019 for $30.';
    const found = (rule: object) => unitsOf({ rules: [{ name: 'a', ...rule }] }, text);
    expect(found({ partOfSpeech: ['adverb'] })).toEqual(['quickly']);
    expect(found({ partOfSpeech: ['adjective', 'verb'] })).toEqual(['quick', 'reached']);
    expect(found({ entities: ['place'] })).toEqual(['Paris']);
    expect(found({ entities: ['money'] })).toEqual(['$30']);
    expect(found({ entities: ['date'] })).toEqual(['2019']);
  });

  it('find words by TF-IDF and phrases by PMI', () => {
    const text = 'the whale and the whale of the new york';
    const found = (rule: object) => unitsOf({ rules: [{ name: 'a', ...rule }] }, text);
    expect(found({ keywords: { top: 1 } })).toEqual(['whale', 'whale']);
    expect(found({ collocations: { minimumCount: 2, share: 0.5 } })).toEqual(['new york']);
    expect(found({ collocations: { minimumCount: 2, share: 1 } })).toEqual(['of the', 'new york']);
    expect(found({ collocations: { minimumCount: 20, share: 1 } })).toEqual(['of the']);
  });

  it('find places by what stands around them, in their own file', () => {
    const place = { file: 'notes/a.txt', text: 'bank', before: 'the river ', after: ' was' };
    const rules = [{ name: 'a', places: [place] }];
    const text = 'the bank, the river\nbank was';
    const tokenizer = referenceTokenizer('bertUncased');
    const { starts, rules: covered } = maskerOf({ rules }, tokenizer).annotate(
      text,
      tokenizer.encode(text),
    );
    expect([...starts].filter((_, i) => covered[i] === 0)).toEqual([20]);
    expect(unitsOf({ rules }, text, { file: 'work/notes/a.txt' })).toEqual(['bank']);
    expect(unitsOf({ rules }, text, { file: 'work/notes/b.txt' })).toEqual([]);
    // A paragraph that begins or ends inside the context of the place.
    expect(unitsOf({ rules }, 'bank was')).toEqual(['bank']);
    expect(unitsOf({ rules }, 'a bank was')).toEqual([]);
  });

  it('keep chance out of tags, where rules look for what a reader sees', () => {
    const html = '<p class="grand">The <b>whale</b> dives.</p><style>p { color: red }</style>';
    const rules = [{ name: 'a', words: ['whale'] }];
    for (const unit of MASKING_UNITS) {
      const masked = unitsOf({ rate: 0.5, unit, rules }, html, { rule: NO_RULE }).join(' ');
      expect(masked).toContain('The');
      expect(masked).not.toMatch(/class|grand|style|color|red/);
    }
    const byChance = unitsOf({ rate: 0.5, unit: 'word' }, html, { rule: NO_RULE });
    expect(byChance).toContain('class');
  });

  it('cover what the model has no token for, which chance does not', () => {
    const fields = { rules: [{ name: 'a', words: ['☃☃'] }] };
    const text = 'a ☃☃ b ☃';
    expect(unitsOf(fields, text)).toEqual(['☃☃']);
    expect(unitsOf(fields, text, { rule: NO_RULE })).toEqual(['a', 'b']);
  });
});

describe('patterns', () => {
  it('that blow up other engines take time linear in the text', () => {
    const tokenizer = referenceTokenizer('bertUncased');
    for (const pattern of ['(a+)+$', '(a|aa)+b', '(.*)*x', 'a*?b|a', '(?:x+x+)+y']) {
      const masker = maskerOf({ rate: 0, rules: [{ name: 'a', pattern }] }, tokenizer);
      const encoding = tokenizer.encode('');
      const time = (length: number): number =>
        leastTime(() => masker.annotate(`${'a'.repeat(length)}!`, encoding));
      expect(time(32_000), pattern).toBeLessThan(8 * time(8000) + 20);
    }
  });

  it('find the borders of lines', () => {
    const rules = [{ name: 'a', pattern: '^\\w+|\\w+$' }];
    expect(unitsOf({ rules }, 'one two three\nfour five six')).toEqual([
      'one',
      'three',
      'four',
      'six',
    ]);
  });
});

describe('annotations and draws', () => {
  it('depend on nothing but policy, text and what names the draw', () => {
    const tokenizer = referenceTokenizer('roberta');
    const texts = fc.array(fc.constantFrom(...MIXED_LINES, SAMPLE_PROSE), {
      minLength: 1,
      maxLength: 6,
    });
    const fields = { unit: 'span', rules: RULES, randomFrom: 'same-class' };
    const planAll = (list: readonly string[]) => {
      const masker = maskerOf(fields, tokenizer);
      return new Map(
        list.map((text) => {
          const encoding = tokenizer.encode(text);
          const plan = masker.plan(masker.annotate(text, encoding), { draw: [3, text] });
          return [text, [plan, masker.inputIds(encoding.ids, plan, { draw: [3, text] })]];
        }),
      );
    };
    const all = planAll([...MIXED_LINES, SAMPLE_PROSE]);
    fc.assert(
      fc.property(texts, (list) => {
        for (const [text, plan] of planAll(list)) expect(plan).toEqual(all.get(text));
      }),
      { seed: 4, numRuns: 30 },
    );
  });
});
