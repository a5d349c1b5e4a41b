import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';

export const OPERATORS = ['<=', '>=', '!=', '<', '>', '=', ':'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A comparison of a field or parameter. */
export interface Condition {
  readonly kind: 'condition';
  readonly name: string;
  readonly operator: Operator;
  /** One of them has to match; at least one. */
  readonly values: readonly string[];
}

/** Text to find. */
interface Words {
  readonly kind: 'text';
  readonly text: string;
}

/** Part of a query that a run matches or not. */
export type Term = (Condition | Words) & { readonly isNegated: boolean };

/** Alternatives, each of which is a list of terms that all have to match. */
export type Query = readonly (readonly Term[])[];

const AND: ReadonlySet<string> = new Set(['and', 'AND', '&&']);
const OR: ReadonlySet<string> = new Set(['or', 'OR', '||']);

/** A quoted text may lack its end while a person types it. */
const QUOTED = String.raw`"([^"]*)(?:"|$)`;
const NAME = new RegExp(
  String.raw`(?:${QUOTED}|([\p{L}_][\p{L}\p{N}_.-]*))\s*(<=|>=|!=|<|>|=|:)\s*`,
  'uy',
);
const VALUE = new RegExp(String.raw`(?:${QUOTED}|([^\s,]+))(,?)`, 'uy');
const TAG = /#/y;
const WORD = new RegExp(String.raw`(?:${QUOTED}|(\S+))`, 'uy');
const SPACE = /\s*/y;
const NOT = /-(?=\S)/y;

/**
 * Reads a query such as `lr > 1e-4 #baseline status:failed,crashed -policy:opinion "two words"`.
 * Full-width signs and typographic quotes count as their plain forms. Throws `UserInput` for a
 * condition without a value.
 */
export function parseQuery(text: string): Query {
  const reader = new Reader(plainSigns(text));
  const alternatives: Term[][] = [[]];
  for (;;) {
    reader.take(SPACE);
    if (reader.isAtEnd()) break;
    const isNegated = reader.take(NOT) !== null;
    const found = conditionAt(reader);
    if (found !== null) {
      alternatives.at(-1)!.push({ ...found, isNegated });
      continue;
    }
    const [, quoted, bare = ''] = reader.take(WORD)!;
    const isOperator = quoted === undefined && !isNegated;
    if (isOperator && OR.has(bare)) alternatives.push([]);
    else if (!isOperator || !AND.has(bare)) {
      alternatives.at(-1)!.push({ kind: 'text', text: quoted ?? bare, isNegated });
    }
  }
  return alternatives.filter((terms) => terms.length > 0);
}

function plainSigns(text: string): string {
  const plain: Readonly<Record<string, string>> = { '≤': '<=', '≥': '>=', '≠': '!=' };
  return text
    .normalize('NFKC')
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/≠|≤|≥/g, (sign) => plain[sign]!);
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes what a sticky pattern matches here; `null` without a match. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }
}

function conditionAt(reader: Reader): Condition | null {
  if (reader.take(TAG) !== null) {
    return { kind: 'condition', name: 'tag', operator: '=', values: valuesOf(reader, '#') };
  }
  const match = reader.take(NAME);
  if (match === null) return null;
  const [, quoted, bare = '', operator] = match;
  const name = quoted ?? bare;
  return {
    kind: 'condition',
    name,
    operator: OPERATORS.find((known) => known === operator)!,
    values: valuesOf(reader, `${name} ${operator!}`),
  };
}

function valuesOf(reader: Reader, written: string): string[] {
  const values: string[] = [];
  for (;;) {
    const match = reader.take(VALUE);
    if (match === null) break;
    values.push(match[1] ?? match[2] ?? '');
    if (match[3] === '') break;
  }
  if (values.length === 0) throw inputError(problem('query.valueMissing', { written }));
  return values;
}
