import type { FramedSequence } from './tokenizer.js';

/** Part of a template: special tokens, or the position of the first or second sequence. */
export type TemplatePart =
  | { readonly kind: 'special'; readonly ids: readonly number[]; readonly typeId: number }
  | { readonly kind: 'sequence'; readonly index: 0 | 1; readonly typeId: number };

/** Adds special tokens around one sequence or a pair. */
export class Framing {
  private readonly pair: readonly TemplatePart[];
  /** Number of special tokens added to one sequence, and to a pair. */
  readonly singleSize: number;
  readonly pairSize: number;

  /** A pair without its own template uses the single template followed by the second sequence. */
  constructor(
    private readonly single: readonly TemplatePart[],
    pair: readonly TemplatePart[],
  ) {
    const hasSecond = pair.some((part) => part.kind === 'sequence' && part.index === 1);
    this.pair = hasSecond ? pair : withSecond(single);
    this.singleSize = specialCount(single);
    this.pairSize = specialCount(this.pair);
  }

  /** The first special token before a sequence and the last one after it. */
  get borders(): { first: number | undefined; last: number | undefined } {
    const at = this.single.findIndex(({ kind }) => kind === 'sequence');
    const idsOf = (parts: readonly TemplatePart[]) =>
      parts.flatMap((part) => (part.kind === 'special' ? part.ids : []));
    return {
      first: idsOf(this.single.slice(0, at)).at(0),
      last: idsOf(this.single.slice(at + 1)).at(-1),
    };
  }

  frame(...sequences: readonly ArrayLike<number>[]): FramedSequence {
    const template = sequences.length === 1 ? this.single : this.pair;
    const size = sequences.length === 1 ? this.singleSize : this.pairSize;
    const length = sequences.reduce((sum, ids) => sum + ids.length, size);
    const ids = new Int32Array(length);
    const typeIds = new Int32Array(length);
    const offsets = sequences.map(() => 0);
    let at = 0;
    for (const part of template) {
      if (part.kind === 'sequence') offsets[part.index] = at;
      const added = part.kind === 'special' ? part.ids : sequences[part.index]!;
      ids.set(added, at);
      typeIds.fill(part.typeId, at, at + added.length);
      at += added.length;
    }
    return { ids, typeIds, offsets };
  }
}

/** BERT's framing: the second sequence and its separator have type 1. */
export function bertFraming(cls: number, sep: number): Framing {
  return new Framing([special(cls), FIRST, special(sep)], []);
}

/** RoBERTa's framing: two separators between the sequences, and one type. */
export function robertaFraming(cls: number, sep: number): Framing {
  const single = [special(cls), FIRST, special(sep)];
  const second: TemplatePart = { kind: 'sequence', index: 1, typeId: 0 };
  return new Framing(single, [...single, special(sep), second, special(sep)]);
}

export const NO_FRAMING_PARTS: readonly TemplatePart[] = [
  { kind: 'sequence', index: 0, typeId: 0 },
];

const [FIRST] = NO_FRAMING_PARTS as readonly [TemplatePart];

function special(id: number): TemplatePart {
  return { kind: 'special', ids: [id], typeId: 0 };
}

function withSecond(single: readonly TemplatePart[]): TemplatePart[] {
  const at = single.findIndex(({ kind }) => kind === 'sequence');
  const second: TemplatePart = { kind: 'sequence', index: 1, typeId: 1 };
  const suffix = single.slice(at + 1).map((part) => ({ ...part, typeId: 1 }));
  return [...single, second, ...suffix];
}

function specialCount(parts: readonly TemplatePart[]): number {
  return parts.reduce((sum, part) => sum + (part.kind === 'special' ? part.ids.length : 0), 0);
}
