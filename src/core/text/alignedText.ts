/**
 * Part of a text during tokenization. UTF-16 unit i comes from `[startOf(i), endOf(i))` of the
 * source, even after normalization.
 */
export class AlignedText {
  private constructor(
    readonly text: string,
    /** `null` if unit i is unit `offset + i` of the source. */
    private readonly places: { starts: readonly number[]; ends: readonly number[] } | null,
    private readonly offset: number,
  ) {}

  /** Text identical to the source, starting `offset` units from its start. */
  static of(text: string, offset = 0): AlignedText {
    return new AlignedText(text, null, offset);
  }

  static withPlaces(text: string, starts: readonly number[], ends: readonly number[]): AlignedText {
    return new AlignedText(text, { starts, ends }, 0);
  }

  get length(): number {
    return this.text.length;
  }

  /** Offset in the source if the text is unchanged; otherwise `null`. */
  get plainOffset(): number | null {
    return this.places === null ? this.offset : null;
  }

  startOf(unit: number): number {
    return this.places === null ? this.offset + unit : this.places.starts[unit]!;
  }

  endOf(unit: number): number {
    return this.places === null ? this.offset + unit + 1 : this.places.ends[unit]!;
  }

  /** Replaces the text by another one of the same length, keeping the offsets. */
  respelled(text: string): AlignedText {
    return new AlignedText(text, this.places, this.offset);
  }

  slice(from: number, to: number): AlignedText {
    if (from === 0 && to === this.length) return this;
    const text = this.text.slice(from, to);
    return this.places === null
      ? AlignedText.of(text, this.offset + from)
      : AlignedText.withPlaces(
          text,
          this.places.starts.slice(from, to),
          this.places.ends.slice(from, to),
        );
  }
}

/** Builds an `AlignedText` from left to right. */
export class AlignedTextBuilder {
  private text = '';
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  get length(): number {
    return this.text.length;
  }

  /** Adds units that all come from `[start, end)`. */
  add(text: string, start: number, end: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  /** Adds units `[from, to)` of `source` unchanged. */
  copy(source: AlignedText, from: number, to: number): void {
    this.text += source.text.slice(from, to);
    for (let i = from; i < to; i++) {
      this.starts.push(source.startOf(i));
      this.ends.push(source.endOf(i));
    }
  }

  /** Replaces units `[from, to)` of `source` by `text`, which may be empty. */
  replace(text: string, source: AlignedText, from: number, to: number): void {
    this.add(text, source.startOf(from), source.endOf(to - 1));
  }

  /** Assigns text removed up to `end` to the last unit. */
  extend(end: number): void {
    if (this.ends.length > 0) this.ends[this.ends.length - 1] = end;
  }

  build(): AlignedText {
    return AlignedText.withPlaces(this.text, this.starts, this.ends);
  }
}
