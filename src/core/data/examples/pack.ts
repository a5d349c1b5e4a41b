import { contentKey } from './chunk.js';
import { SHORT_KEY, type ExampleStore, type StoredExample } from './exampleStore.js';
import { GrowingArray } from '../../collections/growingArray.js';

export interface PackOptions {
  /** Maximum tokens of a packed sequence, without special tokens around it. */
  readonly room: number;
  /** Id of the token between two texts. */
  readonly separator: number;
}

/**
 * Packs several short texts of a store into each sequence, in order and with a separator between them.
 * This saves most padding tokens and most steps of an epoch. A text that fills a sequence alone is
 * unchanged. Texts in a sequence attend to each other, as in `group_texts` of run_mlm.py.
 */
export class PackedStore implements ExampleStore {
  /** Index of the first text of each sequence, plus the number of texts. */
  private readonly firsts: Uint32Array;
  private readonly lengths: Uint16Array;

  constructor(
    private readonly store: ExampleStore,
    private readonly options: PackOptions,
  ) {
    const firsts = new GrowingArray((capacity) => new Uint32Array(capacity));
    const lengths = new GrowingArray((capacity) => new Uint16Array(capacity));
    let used = 0;
    for (let index = 0; index < store.length; index++) {
      const length = store.lengthOf(index);
      const isJoined = used > 0 && used + 1 + length <= options.room;
      if (!isJoined) {
        if (used > 0) lengths.push(used);
        firsts.push(index);
      }
      used = isJoined ? used + 1 + length : length;
    }
    if (used > 0) lengths.push(used);
    firsts.push(store.length);
    this.firsts = firsts.view();
    this.lengths = lengths.view();
  }

  get length(): number {
    return this.lengths.length;
  }

  lengthOf(index: number): number {
    return this.lengths[index]!;
  }

  get(index: number): StoredExample {
    const from = this.firsts[index]!;
    const texts = Array.from({ length: this.firsts[index + 1]! - from }, (_, i) =>
      this.store.get(from + i),
    );
    return texts.length === 1 ? texts[0]! : this.join(texts, this.lengths[index]!);
  }

  sourceOf(index: number): number {
    return this.store.sourceOf(this.firsts[index]!);
  }

  /** Separators belong to no unit, so that none is ever masked. */
  private join(texts: readonly StoredExample[], length: number): StoredExample {
    const ids = new Int32Array(length).fill(this.options.separator);
    const marks = new Int16Array(length);
    let at = 0;
    for (const text of texts) {
      ids.set(text.ids, at);
      marks.set(text.marks, at);
      at += text.ids.length + 1;
    }
    const key = contentKey(texts.map((text) => text.key).join(' ')).slice(0, SHORT_KEY);
    return { ids, marks, key };
  }
}
