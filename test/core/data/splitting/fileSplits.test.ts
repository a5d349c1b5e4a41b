import { describe, expect, it } from 'vitest';
import { fileSplitMessages, splitsByName } from '../../../../src/core/data/splitting/fileSplits.js';
import { messageInEnglish } from '../../../support/inEnglish.js';

const splitsOf = (...paths: string[]): Record<string, string | undefined> =>
  Object.fromEntries(
    splitsByName(paths.map((path) => ({ path }))).map(({ path, split }) => [path, split]),
  );

describe('splits by the names of files', () => {
  it.each([
    ['of a table', ['train.csv', 'validation.csv', 'test.csv'], ['train', 'heldOut', 'test']],
    ['of compressed tables', ['train.csv.gz', 'dev.csv.gz'], ['train', 'heldOut']],
    ['of compressed texts', ['wiki.train.txt.gz', 'wiki.test.txt.gz'], ['train', 'test']],
    ['in any spelling', ['Training.CSV', 'dev.csv', 'eval.tsv'], ['train', 'heldOut', 'heldOut']],
    [
      'of shards',
      [
        'data-train-00000-of-00002.jsonl',
        'data-train-00001-of-00002.jsonl',
        'data-test-00000.jsonl',
      ],
      ['train', 'train', 'test'],
    ],
    ['within a name', ['reviews_trainSet2.csv', 'reviews_held_out.csv'], ['train', 'heldOut']],
    ['of two validation sets', ['train.csv', 'validation_matched.csv'], ['train', 'heldOut']],
    [
      'of folders',
      ['x/train/a.csv', 'x/val/a.csv', 'x/test/b/c.csv'],
      ['train', 'heldOut', 'test'],
    ],
    ['of a folder and a file', ['data/train.csv', 'data/test/1.csv'], ['train', 'test']],
    ['of Windows', ['C:\\d\\train\\a.csv', 'C:\\d\\test\\a.csv'], ['train', 'test']],
    ['of running text', ['wiki.train.txt', 'wiki.valid.txt'], ['train', 'heldOut']],
    ['of folders of pages', ['train/a.md', 'dev/b.md'], ['train', 'heldOut']],
    ['nearest to the file', ['d/train/a.csv', 'd/train/test.csv', 'd/e.csv'], ['train', 'test']],
  ])('are followed: %s', (_, paths, expected) => {
    expect(Object.values(splitsOf(...paths)).filter((split) => split !== undefined)).toEqual(
      expected,
    );
  });

  it.each([
    ['only a test file', ['test.csv', 'reviews.csv']],
    ['only training files', ['train-1.csv', 'train-2.csv', 'more.csv']],
    ['a name with both', ['train-test.csv', 'other.csv']],
    ['a word that contains one', ['latest.csv', 'trainee.csv', 'contrast.csv']],
    ['pages about training and tests', ['docs/training.md', 'docs/test.md']],
    ['different texts', ['how to train a dog.txt', 'how to pass a test.txt']],
    ['source code', ['src/train/loop.py', 'src/test/loop.py']],
    ['a folder around everything', ['train/a.csv', 'train/b.csv', 'train/test.csv']],
  ])('are not guessed from %s', (_, paths) => {
    expect(Object.values(splitsOf(...paths)).every((split) => split === undefined)).toBe(true);
  });

  it('are said, with the files that name none', () => {
    const files = splitsByName([
      { path: 'train.csv' },
      { path: 'dev.csv' },
      { path: 'test.csv' },
      { path: 'extra.csv' },
    ]);
    expect(fileSplitMessages(files).map(messageInEnglish)).toEqual([
      'Splits follow the names of files and folders: 1 file for training, 1 held-out file, and 1 test file. Use --ignore-split-names to split all data by its content.',
      '1 file names no split. Its data is split by its content.',
    ]);
    expect(fileSplitMessages([{ path: 'a.csv' }])).toEqual([]);
  });
});
