import { blank, blankEach } from './blank.js';

/** Replaces what is not text for people in a file of a markup language by spaces of the same length. */
export type Markup = (source: string) => string;

// In all patterns, a part that is opened and not closed continues to the end of the text, so that a hostile
// text is not searched again and again for an end that it does not have.

const FENCE =
  /^([^\S\r\n]{0,3})(`{3,}|~{3,})[^\r\n]*$[\s\S]*?(?:^[^\S\r\n]{0,3}\2[`~]*[^\S\r\n]*$|(?![\s\S]))/gmu;
const FRONT_MATTER = /^---[^\S\r\n]*\r?\n[\s\S]*?^(?:---|\.\.\.)[^\S\r\n]*$/mu;
const LINK_TARGET = /(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)/gu;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s)>\]]+/gu;
/** A tag or comment, but not `<mask>` or `<|mask|>`, which are masks. */
const TAG = /<!--[\s\S]*?(?:-->|(?![\s\S]))|<(?!mask>|\|)\/?[a-z][^<>]*>/giu;

export function markdownProse(source: string): string {
  const front = FRONT_MATTER.exec(source);
  const body = front?.index === 0 ? blank(front[0]) + source.slice(front[0].length) : source;
  return [FENCE, TAG, LINK_TARGET, WEB_ADDRESS].reduce(blankEach, body);
}

/** Behind a bracket that opens an argument: not the rest of a mask. */
const NOT_MASK = String.raw`(?!mask[\]:])`;
/** Environments of LaTeX that hold no text. */
const LATEX_ENVIRONMENTS =
  /\\begin\{(verbatim|lstlisting|minted|equation|align|gather|multline|eqnarray|math|displaymath|tikzpicture|comment)(\*?)\}[\s\S]*?(?:\\end\{\1\2\}|(?![\s\S]))/gu;
/** A line break, whose backslashes begin neither a formula nor the escape of a comment. */
const LATEX_BREAK = new RegExp(String.raw`\\\\(?:\*?\[${NOT_MASK}[^\]\r\n]{0,60}\]|\*)?`, 'giu');
const LATEX_MATH =
  /\$\$[\s\S]*?(?:\$\$|(?![\s\S]))|\\\[[\s\S]*?(?:\\\]|(?![\s\S]))|\\\([\s\S]*?(?:\\\)|(?![\s\S]))|(?<!\\)\$(?:[^$\\\r\n]|\\.|\r?\n(?!\s*\n))*\$/gu;
const LATEX_COMMENT = /(?<!\\)%[^\r\n]*/gu;
/** Commands whose arguments are names. */
const LATEX_NAMES =
  /\\(?:begin|end|label|\w*ref|\w*cite\w*|input|include\w*|usepackage|documentclass|bibliography\w*|url|newcommand|renewcommand|def|set\w+|vspace|hspace|pagestyle|thispagestyle|graphicspath|href)\*?(?:\[[^\]\r\n]{0,200}\])*(?:\{[^{}]{0,500}\})?(?:\[[^\]\r\n]{0,200}\])*/gu;
const LATEX_COMMAND = new RegExp(
  String.raw`\\(?:[a-z@]+\*?(?:\[${NOT_MASK}[^\]\r\n]{0,200}\])?|[^a-z\s])`,
  'giu',
);
const LATEX_SIGNS = /[{}~&]/gu;

export function latexProse(source: string): string {
  const begin = source.indexOf('\\begin{document}');
  const head = begin < 0 ? '' : source.slice(0, begin);
  return (
    blank(head) +
    [
      LATEX_ENVIRONMENTS,
      LATEX_BREAK,
      LATEX_COMMENT,
      LATEX_MATH,
      LATEX_NAMES,
      LATEX_COMMAND,
      LATEX_SIGNS,
    ].reduce(blankEach, source.slice(head.length))
  );
}

/** A directive of reStructuredText that holds no text, with its indented block. */
const RST_CODE =
  /^([^\S\r\n]*)\.\. (?:code-block|code|sourcecode|literalinclude|math|image|figure|toctree|raw|highlight|include)::[^\r\n]*(?:\r?\n(?:\1[^\S\r\n]+[^\r\n]*|[^\S\r\n]*(?=\r?\n)))*/gmu;
const RST_DIRECTIVE = /^[^\S\r\n]*\.\. (?:[\w-]+::|_[^:\r\n]+:[^\r\n]*|\|[^|\r\n]+\|[^\r\n]*)/gmu;
const RST_FIELD = /^[^\S\r\n]+:[\w-]+:[^\r\n]*/gmu;
const RST_ROLE = /:[\w:+-]{1,40}:(?=`)|<[^<>`\r\n]+>(?=`)|`+_{0,2}/gu;
/** Lines under and over titles; blanks of underscores are masks. */
const RST_RULE = /^([=\-`:'"~^*+#])\1{2,}[^\S\r\n]*$/gmu;

export function restructuredTextProse(source: string): string {
  return [RST_CODE, RST_DIRECTIVE, RST_FIELD, RST_ROLE, RST_RULE, WEB_ADDRESS].reduce(
    blankEach,
    source,
  );
}

const ASCIIDOC_BLOCK =
  /^(-{4,}|\.{4,}|\+{4,}|\/{4,})[^\S\r\n]*$[\s\S]*?(?:^\1[^\S\r\n]*$|(?![\s\S]))/gmu;
const ASCIIDOC_LINE = /^(?::[\w!-]+:[^\r\n]*|\[[^\]\r\n]*\][^\S\r\n]*$|\/\/[^\r\n]*)/gmu;
const ASCIIDOC_MACRO =
  /\b(?:image|include|link|xref|video|https?):{1,2}[^\s[\]]*(?=\[|\s|$)|<<[^,>\r\n]*,?|>>/gmu;

export function asciidocProse(source: string): string {
  // A line of brackets alone is an attribute, unless it is a mask.
  const lines = source.replaceAll(ASCIIDOC_LINE, (line) =>
    /^\[mask[\]:]/iu.test(line) ? line : blank(line),
  );
  return [ASCIIDOC_BLOCK, ASCIIDOC_MACRO].reduce(blankEach, lines);
}

const HTML_HIDDEN = /<(script|style|pre|code|svg|head)\b[\s\S]*?(?:<\/\1\s*>|(?![\s\S]))/giu;
const ENTITY = /&#?\w+;/gu;

export function htmlProse(source: string): string {
  return [HTML_HIDDEN, TAG, ENTITY].reduce(blankEach, source);
}

/** Everything below this line of a commit message is the change itself. */
const SCISSORS = /^# -+ >8 -+[\s\S]*/gmu;
const COMMIT_COMMENT = /^#[^\r\n]*/gmu;
const TRAILER =
  /^(?:Signed-off-by|Co-authored-by|Reviewed-by|Acked-by|Change-Id|Fixes):[^\r\n]*/gmu;

export function commitProse(source: string): string {
  return [SCISSORS, COMMIT_COMMENT, TRAILER].reduce(blankEach, source);
}
