import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Encoding, Tokenizer } from '../../tokenizer/tokenizer.js';
import type { Example, TextDocument } from './documents.js';

/**
 * Splits a document into training sequences of at most `maxLength` tokens, including special tokens.
 * Each sequence ends at the last paragraph boundary in its last quarter, else at the last sentence
 * boundary there, else between two words. With `cut: 'words'` it always ends between two words. The
 * pieces of a word stay together unless the word is longer than a sequence. Spans without any token
 * that the model knows are skipped: there is nothing to learn from them.
 */
export function chunkDocument(
  tokenizer: Tokenizer,
  document: TextDocument,
  { maxLength, cut = 'sentences' }: { maxLength: number; cut?: 'sentences' | 'words' },
): Example[] {
  const encoding = tokenizer.encode(document.text);
  const room = maxLength - tokenizer.frameSize;
  const preferred =
    cut === 'words'
      ? []
      : [PARAGRAPH_END, SENTENCE_END].map((end) => borders(document.text, encoding, end));
  const examples: Example[] = [];
  let from = 0;
  while (from < encoding.ids.length) {
    const to = cutPoint(from, { encoding, room, preferred });
    const example = exampleOf(document, encoding, { from, to });
    if (!example.ids.every((id) => tokenizer.isSpecial(id))) examples.push(example);
    from = to;
  }
  return examples;
}

const PARAGRAPH_END = /\n[^\S\n]*\n/g;
const SENTENCE_END = /[.!?]["'”’)\]]*\s|[。！？][」』”’）]*/g;

function cutPoint(
  from: number,
  options: {
    readonly encoding: Encoding;
    readonly room: number;
    readonly preferred: readonly Uint8Array[];
  },
): number {
  const { encoding, room, preferred } = options;
  const { ids, wordIds } = encoding;
  const limit = from + room;
  if (limit >= ids.length) return ids.length;
  const earliest = from + Math.ceil(room * 0.75);
  for (const isEnd of preferred) {
    for (let at = limit; at >= earliest; at--) if (isEnd[at] === 1) return at;
  }
  for (let at = limit; at > from; at--) if (wordIds[at] !== wordIds[at - 1]) return at;
  return limit;
}

/** Marks each token index that follows a match of `pattern`. */
function borders(text: string, { starts }: Encoding, pattern: RegExp): Uint8Array {
  const marks = new Uint8Array(starts.length + 1);
  let token = 0;
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    while (token < starts.length && starts[token]! < end) token++;
    marks[token] = 1;
  }
  return marks;
}

function exampleOf(
  { file, text }: TextDocument,
  { ids, wordIds, starts, ends }: Encoding,
  { from, to }: { from: number; to: number },
): Example {
  const start = starts[from]!;
  const end = ends[to - 1]!;
  return {
    file,
    start,
    end,
    ids: ids.slice(from, to),
    starts: starts.slice(from, to).map((at) => at - start),
    ends: ends.slice(from, to).map((at) => at - start),
    wordIds: wordIds.slice(from, to),
    key: contentKey(text.slice(start, end)),
  };
}

/** SHA-256 of a text with white space folded, in hexadecimal: equal texts have equal keys. */
export function contentKey(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text.replaceAll(/\s+/g, ' ').trim())));
}
