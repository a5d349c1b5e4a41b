import path from 'node:path';
import { LONGEST_LINE, paragraphsOf } from '../../../core/data/paragraphs.js';
import { AlignedTextBuilder, type AlignedText } from '../../../core/text/alignedText.js';
import { commentsOf } from '../../../core/sourceCode/comments.js';
import type { Language } from '../../../core/sourceCode/commentSyntax.js';
import { problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { dataError } from './fileErrors.js';
import type { VisiblePassage } from './htmlPassages.js';
import type { PassageFileOptions } from './passages.js';

/**
 * Comments and docstrings of a source file, paragraph by paragraph or joined to passages. Throws the
 * errors of `decodeFile`, and `Data` for a file that is too long to be handwritten.
 */
export async function* readComments(
  file: string,
  options: PassageFileOptions & { readonly language: Language },
): AsyncGenerator<VisiblePassage> {
  const { shownAs, atLeast, language } = options;
  let source = '';
  for await (const piece of decodeFile(file, options)) {
    source += piece;
    if (source.length <= LONGEST_LINE) continue;
    const extension = path.extname(shownAs);
    throw dataError(shownAs, problem('data.codeFileTooLong', { limit: LONGEST_LINE, extension }));
  }
  const paragraphs = commentsOf(source, language).flatMap((comment) =>
    paragraphsOf(comment.text).map(({ text, start }) => comment.slice(start, start + text.length)),
  );
  const lines = new LineCounter(source);
  const pace = new Pace(options.signal);
  for (const text of joined(paragraphs, atLeast)) {
    if (pace.isOver) await pace.turn();
    yield { text, line: lines.lineOf(text.startOf(0)) };
  }
}

/** Passages of at least `atLeast` characters except the last, with empty lines between paragraphs. */
function* joined(paragraphs: readonly AlignedText[], atLeast: number): Generator<AlignedText> {
  let passage = new AlignedTextBuilder();
  let end = 0;
  for (const paragraph of paragraphs) {
    if (passage.length > 0) passage.add('\n\n', end, paragraph.startOf(0));
    passage.copy(paragraph, 0, paragraph.length);
    end = paragraph.endOf(paragraph.length - 1);
    if (passage.length >= atLeast) {
      yield passage.build();
      passage = new AlignedTextBuilder();
    }
  }
  if (passage.length > 0) yield passage.build();
}

/** Counts lines from left to right. */
class LineCounter {
  private at = 0;
  private line = 1;

  constructor(private readonly source: string) {}

  lineOf(place: number): number {
    let feed = this.source.indexOf('\n', this.at);
    while (feed !== -1 && feed < place) {
      this.line++;
      this.at = feed + 1;
      feed = this.source.indexOf('\n', this.at);
    }
    return this.line;
  }
}
