import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** Part of a document that a script writes, between two comments. */
export interface GeneratedSection {
  /** Path from the root of the repository. */
  readonly document: string;
  readonly start: string;
  readonly end: string;
}

/** Content of the section as committed. */
export function readSection(section: GeneratedSection): string {
  const [, content] = partsOf(section);
  return content.trim();
}

export function writeSection(section: GeneratedSection, content: string): void {
  const [before, , after] = partsOf(section);
  writeFileSync(path.join(root, section.document), `${before}\n\n${content}\n\n${after}`);
}

/** Whether the committed section equals the content, apart from the padding of table cells. */
export function isCurrent(section: GeneratedSection, content: string): boolean {
  return compact(readSection(section)) === compact(content);
}

/** Markdown without the padding that a formatter adds to table cells. */
export function compact(markdown: string): string {
  return markdown.replaceAll(/[ -]*(?<!\\)\|[ -]*/g, '|');
}

/** Table with plain text in its cells, apart from code. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return escapeText(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Text as Markdown that shows it unchanged; code in backticks is kept. */
export function escapeText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('');
}

function partsOf({ document, start, end }: GeneratedSection): [string, string, string] {
  const text = readFileSync(path.join(root, document), 'utf8');
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  if (from < start.length || to < from) throw new Error(`${document} has no "${start}"`);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
