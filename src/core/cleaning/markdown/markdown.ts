import type { AlignedText } from '../../text/alignedText.js';
import { Rewriter } from '../rewriter.js';
import { BlockReader } from './blocks.js';
import { readInline } from './inline.js';

/**
 * Removes Markdown syntax (CommonMark 0.31, GFM tables, task lists, footnotes and strikethrough),
 * front matter, code blocks, HTML, and the targets of links and images. Keeps the words of
 * headings, links, lists, tables and inline code. Reads each character a bounded number of times,
 * unlike a parser that builds a tree.
 */
export function removeMarkdown(text: AlignedText): AlignedText {
  const blocks = new BlockReader(text.text);
  // A passage from the middle of a file may begin with a rule.
  const isStart = text.length > 0 && text.startOf(0) === 0;
  blocks.read({ frontMatter: isStart });
  const edits = readInline(text.text, blocks.spans, blocks.labels);
  const result = new Rewriter(text);
  let done = 0;
  for (const { from, to, content = '' } of [...blocks.edits, ...edits].sort(
    (a, b) => a.from - b.from || a.to - b.to,
  )) {
    if (from < done) continue;
    result.replace(from, to, content);
    done = to;
  }
  return result.build();
}
