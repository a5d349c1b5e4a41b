import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import { trainWordPiece } from '../../../src/core/tokenizer/training/wordPieceTrainer.js';

const PROSE = `Call me Ishmael. Some years ago, never mind how long precisely, having little or no
money in my purse, I thought I would sail about a little and see the watery part of the world.

It is a way I have of driving off the spleen and regulating the circulation! "Whenever I find
myself growing grim about the mouth," he said, "I account it high time to get to sea." Is it?

There is nothing surprising in this.`;

/** A few paragraphs with sentences, quotation marks and words of one and of many pieces. */
export const SAMPLE_PROSE = PROSE;

export const sampleTokenizer = parseTokenizer(
  trainWordPiece([PROSE, PROSE], { vocabularySize: 160, minFrequency: 2, lowercase: true }),
);
