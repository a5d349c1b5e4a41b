import { describe, expect, it } from 'vitest';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { scoreWords } from '../../../src/core/predict/scoreWords.js';
import { tokenKinds } from '../../../src/core/predict/tokenKinds.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { referenceTokenizer, type ReferenceModel } from '../../support/referenceTokenizers.js';
import { FakeModel, mixedRule } from './fakeModel.js';

/** A model that is sure of the tokens given, the first most. */
function modelOf(name: ReferenceModel, ...favourites: string[]): FakeModel {
  const tokenizer = referenceTokenizer(name);
  const ids = favourites.map((token) => tokenizer.tokenToId(token)!);
  expect(ids).not.toContain(undefined);
  return new FakeModel(tokenizer, (_ids, _position, token) =>
    ids.includes(token) ? 20 - ids.indexOf(token) : 0,
  );
}

const rowsOf = ({ batches }: FakeModel): number[][] =>
  batches.flatMap(({ batchSize, length, inputIds, attentionMask }) =>
    Array.from({ length: batchSize }, (_, row) =>
      [...inputIds.subarray(row * length, (row + 1) * length)]
        .filter((_id, i) => attentionMask[row * length + i] === 1n)
        .map(Number),
    ),
  );

describe.each([
  ['roberta', 'Ġ', '<s>', '</s>', '<mask>'],
  ['modernBert', 'Ġ', '[CLS]', '[SEP]', '[MASK]'],
  ['euroBert', 'Ġ', '<|begin_of_text|>', '<|end_of_text|>', '<|mask|>'],
  ['xlmRoberta', '▁', '<s>', '</s>', '<mask>'],
  ['camembert', '▁', '<s>', '</s>', '<mask>'],
  ['debertaV3', '▁', '[CLS]', '[SEP]', '[MASK]'],
  ['mmBert', '▁', '<bos>', '<eos>', '<mask>'],
] as const)('%s', (name, marker, cls, sep, mask) => {
  const tokenizer = referenceTokenizer(name);
  const id = (token: string): number => tokenizer.tokenToId(token)!;

  it('predicts a word behind a space with words that have one, shown without it', async () => {
    const model = modelOf(name, 'in', `${marker}sea`, `${marker}the`, ',');
    const text = 'and the whale swam';
    const result = await predictWord(model, { text, start: 8, end: 13, topK: 2 });
    expect(result?.candidates.map(({ word }) => word)).toEqual(['sea', 'the']);
    expect(result?.word?.text).toBe('whale');
  });

  it('masks all pieces of a word and frames the row as the model expects', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'and the supercalifragilistic swam';
    const result = await predictWord(model, { text, start: 8, end: 28, topK: 1 });
    const pieces = tokenizer.encode(text);
    const around = [...pieces.ids].filter(
      (_, i) => pieces.ends[i]! <= 8 || pieces.starts[i]! >= 28,
    );
    const [row] = rowsOf(model);
    expect(result!.word!.pieces).toBe(pieces.ids.length - around.length);
    expect(result!.word!.pieces).toBeGreaterThan(2);
    expect(row!.at(0)).toBe(id(cls));
    expect(row!.at(-1)).toBe(id(sep));
    const at = row!.indexOf(id(mask));
    expect([...row!.slice(1, at), ...row!.slice(at + 1, -1)]).toEqual(around);
  });

  it('finds its mask token in a text and fills it with the words that fit there', async () => {
    const model = modelOf(name, 'in', `${marker}sea`, 'er', `${marker}the`, '.');
    const text = `and the ${mask} swam (${mask})`;
    const [spaced, bare] = await fillMasks(model, { text, topK: 2 });
    expect(text.slice(spaced!.start, spaced!.end)).toBe(mask);
    expect(text.slice(bare!.start, bare!.end)).toBe(mask);
    expect(spaced!.candidates.map(({ word }) => word)).toEqual(['sea', 'the']);
    expect(bare!.candidates.map(({ word }) => word)).toEqual(['in', 'er']);
    // The mask stands for its space too: no separate token for a space comes before it.
    const spelled = rowsOf(model)[0]!.map((token) => tokenizer.idToToken(token));
    expect(spelled[spelled.indexOf(mask) - 1]).toBe(`${marker}the`);
  });

  it('scores target words as they are spelled at the mask', async () => {
    const model = modelOf(name, `${marker}sea`, 'in');
    const text = `and the ${mask} swam (${mask})`;
    const targets = ['sea', 'in'];
    const [spaced, bare] = await fillMasks(model, { text, topK: 1, targets });
    expect(spaced!.targets[0]!.probability).toBeGreaterThan(0.7);
    expect(bare!.targets[1]!.probability).toBeGreaterThan(0.1);
  });

  it('gives each word of a text the surprisal that hovering it gives', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'Call me Ishmael, (said) the café.';
    for (const { start, end, surprisal } of await scoreWords(model, {
      text,
      words: wordsIn(text),
    })) {
      const single = await predictWord(model, { text, start, end, topK: 1 });
      expect(surprisal, text.slice(start, end)).toBeCloseTo(single!.word!.surprisal, 9);
    }
  });

  it('offers no token that is only a part of a character', () => {
    const kinds = tokenKinds(tokenizer);
    for (let token = 0; token < tokenizer.vocabularySize; token++) {
      if (!kinds.isWordStart(token) && !kinds.isContinuation(token)) continue;
      expect(tokenizer.readable(token)).not.toContain('\uFFFD');
    }
  });
});

it('leaves a sign that shares the token of a word where it is', async () => {
  const model = new FakeModel(referenceTokenizer('llama'), mixedRule);
  const word = { start: 4, end: 10 };
  const found = await predictWord(model, { text: 'the façade, and', ...word, topK: 1 });
  expect(found).toMatchObject({ ...word, word: { text: 'façade' } });
});

describe('the first word of a text', () => {
  it.each([
    ['roberta', ['ĠHe', 'What'], 'What'],
    ['modernBert', ['ĠHe', 'What'], 'What'],
    ['xlmRoberta', ['ship', '▁He'], 'He'],
  ] as const)('is predicted as %s spells it', async (name, favourites, best) => {
    const model = modelOf(name, ...favourites);
    const text = 'Now and then';
    const result = await predictWord(model, { text, start: 0, end: 3, topK: 1 });
    expect(result?.candidates[0]?.word).toBe(best);
    const mask = model.tokenizer.maskToken;
    const [fill] = await fillMasks(model, { text: `${mask} and then`, topK: 1 });
    expect(fill?.candidates[0]?.word).toBe(best);
  });
});
