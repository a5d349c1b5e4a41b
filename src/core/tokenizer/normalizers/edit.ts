import { AlignedTextBuilder, type AlignedText } from '../../text/alignedText.js';
import { localNormalizer, type Normalizer } from './normalizer.js';

/** Replaces all matches of `pattern` (global) by `content`, in which `$` is literal. */
export function replaceNormalizer(
  pattern: RegExp,
  { content, isLocal }: { content: string; isLocal: boolean },
): Normalizer {
  return { ...localNormalizer((text) => replaceAll(text, pattern, content)), isLocal };
}

function replaceAll(source: AlignedText, pattern: RegExp, content: string): AlignedText {
  const result = new AlignedTextBuilder();
  let at = 0;
  for (const { 0: found, index } of source.text.matchAll(pattern)) {
    if (found === '') continue;
    result.copy(source, at, index);
    at = index + found.length;
    result.replace(content, source, index, at);
  }
  if (at === 0) return source;
  result.copy(source, at, source.length);
  return result.build();
}

/** Adds `prefix` to a non-empty section. It covers no source text. */
export function prependNormalizer(prefix: string): Normalizer {
  return localNormalizer((text, edges) =>
    edges.start && text.length > 0 ? withPrefix(text, prefix) : text,
  );
}

export function withPrefix(text: AlignedText, prefix: string): AlignedText {
  const result = new AlignedTextBuilder();
  result.add(prefix, text.startOf(0), text.startOf(0));
  result.copy(text, 0, text.length);
  return result.build();
}

/** Removes white space at the ends of a section. */
export function stripNormalizer({ left, right }: { left: boolean; right: boolean }): Normalizer {
  return {
    isLocal: true,
    looksAtEnd: right,
    ascii: null,
    normalize: (text, edges) => {
      const from = left && edges.start ? LEADING.exec(text.text)![0].length : 0;
      if (from === text.length) return text.slice(from, from);
      const trailing = right && edges.end ? TRAILING.exec(text.text)![0].length : 0;
      return text.slice(from, text.length - trailing);
    },
  };
}

const LEADING = /^\p{White_Space}*/u;
const TRAILING = /(?<!\p{White_Space})\p{White_Space}*$/u;
