import type { SourceText } from './sourceTexts.js';
import { WORD_RULES } from './wordRules.js';

/** A passage that breaks the rules of the house's language. */
export interface Offence {
  readonly line: number;
  readonly message: string;
}

const WORDS = WORD_RULES.map(({ pattern, ...rule }) => ({
  ...rule,
  pattern: new RegExp(`(?<![\\w-])${pattern.replaceAll(' ', '\\s+')}(?!\\w)`, 'gi'),
}));

const NOMINAL_OPENING = /^(?:What|Where|How|Who|Whom|Which|That)\s/;
const INSTRUCTION_OPENING = /^(?:How|Where) to\s/;
const PROSE = /\p{L}\s+\p{L}/u;

/** Offences of a text against the house's language. */
export function textOffences(
  { kind, line, text }: SourceText,
  { isProduct }: { readonly isProduct: boolean },
): Offence[] {
  const prose = withoutCode(text);
  const isComment = kind === 'comment' || kind === 'docComment';
  const areas = new Set<'product' | 'strings'>([
    ...(isProduct ? (['product'] as const) : []),
    ...(isComment ? [] : (['strings'] as const)),
  ]);
  const offences = isComment || PROSE.test(prose) ? wordOffences(prose, line, areas) : [];
  const opening = prose.trim();
  if (
    kind !== 'comment' &&
    NOMINAL_OPENING.test(opening) &&
    !INSTRUCTION_OPENING.test(opening) &&
    !(kind !== 'docComment' && opening.includes('?'))
  ) {
    const [first = ''] = opening.split(/\s/);
    offences.push({
      line,
      message: `Opens with "${first} …": name the thing or the action first.`,
    });
  }
  if (kind === 'label' && isSentenceEnd(text) && !/[.?!]\s/.test(text.trim())) {
    offences.push({ line, message: `"${text}" is a label: it ends without a period.` });
  }
  return offences;
}

/** Whether a text ends with a period; an ellipsis is none. */
export function isSentenceEnd(text: string): boolean {
  return /(?<!\.)\.\s*$/.test(text);
}

function wordOffences(
  prose: string,
  line: number,
  areas: ReadonlySet<'product' | 'strings'>,
): Offence[] {
  return WORDS.flatMap(({ pattern, instead, only }) =>
    only !== undefined && !areas.has(only)
      ? []
      : [...prose.matchAll(pattern)].map(({ 0: found, index }) => ({
          line: line + prose.slice(0, index).split('\n').length - 1,
          message: `"${found.replaceAll(/\s+/g, ' ')}": write ${instead}.`,
        })),
  );
}

/** A text with spaces for its code in backticks. */
function withoutCode(text: string): string {
  return text.replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}
