import type { SourceText } from './sourceTexts.js';

/** Paragraphs of a Markdown document, without code, comments and the targets of links. */
export function markdownTexts(content: string): SourceText[] {
  const blank = (match: string): string => match.replaceAll(/[^\n]/g, ' ');
  const prose = content
    .replaceAll(/^(```+|~~~+)[\s\S]*?^\1/gm, blank)
    .replaceAll(/<!--[\s\S]*?-->/g, blank)
    .replaceAll(/\]\([^)\s]*\)/g, blank);
  const texts: SourceText[] = [];
  let line = 1;
  for (const part of prose.split(/(\n\s*\n)/)) {
    if (part.trim() !== '') texts.push({ kind: 'comment', line, text: part });
    line += part.split('\n').length - 1;
  }
  return texts;
}
