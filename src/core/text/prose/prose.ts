import { codeProse, type CodeParts } from './codeProse.js';
import { codeSyntax } from './codeSyntax.js';
import {
  asciidocProse,
  commitProse,
  htmlProse,
  latexProse,
  markdownProse,
  restructuredTextProse,
  type Markup,
} from './markupProse.js';

const MARKUP: Readonly<Record<string, Markup>> = {
  markdown: markdownProse,
  latex: latexProse,
  tex: latexProse,
  restructuredtext: restructuredTextProse,
  asciidoc: asciidocProse,
  html: htmlProse,
  'git-commit': commitProse,
};

/**
 * The text for people in a file of a language, by the editor's identifier: everything else (code,
 * commands, addresses) is replaced by spaces, so that all offsets and lines remain. Files of unknown
 * languages are text as they are.
 */
export function proseOf(source: string, languageId: string, parts: CodeParts): string {
  const syntax = codeSyntax(languageId);
  if (syntax !== null) return codeProse(source, syntax, parts);
  return isMarkup(languageId) ? MARKUP[languageId]!(source) : source;
}

/** Whether a file of this language has more in it than text. */
export function isMixed(languageId: string): boolean {
  return isMarkup(languageId) || codeSyntax(languageId) !== null;
}

function isMarkup(languageId: string): boolean {
  return Object.hasOwn(MARKUP, languageId);
}
