import { describe, expect, it } from 'vitest';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import { inEnglish } from '../../../support/inEnglish.js';
import { referenceDefinition, referenceTokenizer } from '../../../support/referenceTokenizers.js';

interface Definition {
  added_tokens: { id: number; content: string }[];
  post_processor: unknown;
  model: Record<string, unknown> & { vocab: Record<string, number>; merges: unknown[] };
}

const changed = (
  base: Parameters<typeof referenceDefinition>[0],
  change: (definition: Definition) => object,
): object => {
  const definition = referenceDefinition(base) as Definition;
  return { ...definition, ...change(definition) };
};

const split = (pattern: string): object => ({
  pre_tokenizer: {
    type: 'Split',
    pattern: { Regex: pattern },
    behavior: 'Isolated',
    invert: false,
  },
});

describe('parseTokenizer', () => {
  it.each([
    ['regular expression: \\1 at', changed('roberta', () => split('(a)\\1'))],
    ['regular expression: a [ without an end', changed('roberta', () => split('[a'))],
    ['regular expression: \\p{Nonsense}', changed('roberta', () => split('\\p{Nonsense}'))],
    [
      'the merged token Ġt is not a token',
      changed('roberta', ({ model }) => {
        const kept = Object.entries(model.vocab).filter(([token]) => token !== 'Ġt');
        return { model: { ...model, vocab: Object.fromEntries(kept) } };
      }),
    ],
    ['model.merges', changed('roberta', ({ model }) => ({ model: { ...model, merges: ['a'] } }))],
    [
      'model.vocab',
      changed('roberta', ({ model }) => ({ model: { ...model, vocab: { a: 1.5 } } })),
    ],
    [
      'cut off',
      changed('camembert', () => ({
        normalizer: { type: 'Precompiled', precompiled_charsmap: 'ALAC' },
      })),
    ],
    ['unknown token', changed('camembert', ({ model }) => ({ model: { ...model, unk_id: null } }))],
    [
      'no mask_token',
      changed('euroBert', ({ added_tokens }) => ({
        added_tokens: added_tokens.filter(({ content }) => content !== '<|mask|>'),
      })),
    ],
    [
      'more than one post-processor',
      changed('roberta', ({ post_processor }) => ({
        post_processor: { type: 'Sequence', processors: [post_processor, post_processor] },
      })),
    ],
  ])('says what it cannot read: %s', (problem, definition) => {
    let thrown: unknown;
    try {
      parseTokenizer(definition, { path: 'model/tokenizer.json' });
    } catch (error) {
      thrown = error;
    }
    const { message } = inEnglish(thrown, 'Model');
    expect(message).toContain(problem);
    expect(message).toMatch(/^model\/tokenizer\.json: /);
  });

  it('takes the names of the mask and padding tokens from tokenizer_config.json', () => {
    const definition = changed('roberta', ({ added_tokens }) => ({
      added_tokens: [
        ...added_tokens,
        { id: 2000, content: '<blank>', special: true },
        { id: 2001, content: '<fill>', special: true },
      ],
    }));
    const config = { mask_token: { content: '<blank>' }, pad_token: '<fill>', model_max_length: 9 };
    const tokenizer = parseTokenizer(definition, { config });
    expect(tokenizer.maskToken).toBe('<blank>');
    expect(tokenizer.special).toMatchObject({ mask: 2000, pad: 2001 });
    expect(parseTokenizer(definition, { config: { mask_token: 7 } }).maskToken).toBe('<mask>');
  });

  it('knows ids without a token as none that could stand in a text', () => {
    const definition = changed('roberta', ({ added_tokens }) => ({
      added_tokens: [...added_tokens, { id: 2000, content: '<new>' }],
    }));
    const tokenizer = parseTokenizer(definition);
    expect(tokenizer.vocabularySize).toBe(2001);
    expect(tokenizer.isSpecial(1999)).toBe(true);
    expect(tokenizer.isSpecial(2000)).toBe(false);
    expect(() => tokenizer.idToToken(1999)).toThrow(RangeError);
    expect(tokenizer.encode('a <new> b').ids).toContain(2000);
  });

  it('frames a file without a post-processor as its special tokens suggest', () => {
    const bert = parseTokenizer(changed('bertUncased', () => ({ post_processor: null })));
    expect([...bert.frame([7]).ids]).toEqual([2, 7, 3]);
    const pair = bert.framePair([7], [8, 9]);
    expect([...pair.ids]).toEqual([2, 7, 3, 8, 9, 3]);
    expect([...pair.typeIds]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(pair.offsets).toEqual([1, 3]);
    const roberta = parseTokenizer(changed('roberta', () => ({ post_processor: null })));
    expect([...roberta.framePair([7], [8]).ids]).toEqual([0, 7, 2, 2, 8, 2]);
  });
});

describe('words and tokens as a person reads them', () => {
  const words = (model: Parameters<typeof referenceTokenizer>[0], text: string): string[] => {
    const { starts, ends, wordIds } = referenceTokenizer(model).encode(text);
    const found: string[] = [];
    starts.forEach((start, i) => {
      if (wordIds[i] !== wordIds[i - 1]) found.push(text.slice(start, ends[i]));
      else found.push(found.pop()! + text.slice(Math.max(start, ends[i - 1]!), ends[i]));
    });
    return found;
  };

  it.each(['xlmRoberta', 'debertaV3', 'mmBert', 'llama', 'roberta', 'euroBert'] as const)(
    'parts words from punctuation, and Chinese characters: %s',
    (model) => {
      expect(words(model, 'The “whale,” said Ahab.').map((word) => word.trim())).toEqual([
        ...['The', '“', 'whale', ',”', 'said', 'Ahab', '.'],
      ]);
      expect(words(model, 'of 漢字 x').map((word) => word.trim())).toEqual(['of', '漢', '字', 'x']);
    },
  );

  it.each([
    ['roberta', 'Ġthe', 'the', false],
    ['roberta', 'the', 'the', true],
    ['roberta', 'Ã©', 'é', true],
    ['roberta', 'Ġ', ' ', false],
    ['xlmRoberta', '▁the', 'the', false],
    ['xlmRoberta', '▁', ' ', false],
    ['mmBert', '<0x41>', 'A', true],
    ['mmBert', '<0xE2>', '\uFFFD', true],
    ['mmBert', '<mask>', '<mask>', false],
    ['bertUncased', '##s', 's', true],
    ['herbert', 'the</w>', 'the', false],
    ['herbert', 'wh', 'wh', true],
  ] as const)('%s reads %s as "%s"', (model, token, readable, isContinuation) => {
    const tokenizer = referenceTokenizer(model);
    const id = tokenizer.tokenToId(token)!;
    expect(tokenizer.readable(id)).toBe(readable);
    expect(tokenizer.isContinuation(id)).toBe(isContinuation);
  });

  it('covers the mask token alone, whatever white space it swallows', () => {
    const text = 'the  <mask>\n sat';
    const tokenizer = referenceTokenizer('roberta');
    const { ids, starts, ends } = tokenizer.encode(text);
    const mask = ids.indexOf(tokenizer.special.mask);
    expect(text.slice(starts[mask], ends[mask])).toBe('<mask>');
  });
});
