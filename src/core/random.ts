/**
 * Randomness without saved state: a stream is named by what it is for (a seed, an epoch, the hash
 * of a text …), so the same name gives the same numbers whatever was drawn before, and a resumed
 * run needs no generator to restore.
 *
 * The name is hashed to 96 bits with MurmurHash3's 32-bit finalizer (A. Appleby, public domain),
 * which seed sfc32 with its counter at 1 (C. Doty-Humphrey, PractRand: a chaotic generator with a
 * counter inside, so every stream has a period of at least 2^32). Not for secrets.
 */
export type RandomKey = string | number;

/** A stream of numbers in [0, 1), multiples of 2^-32, named by `keys`. */
export function randomStream(...keys: readonly RandomKey[]): () => number {
  let [a, b, c] = hashKeys(keys);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // The author's warm-up: after it every seed bit has reached the whole state.
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Turns uniform numbers into normal ones with mean 0 and deviation 1 (Box–Muller). */
export function normalStream(uniform: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A copy of `items` in random order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  shuffle(copy, random);
  return copy;
}

/** Puts what is in an array into random order (Fisher–Yates). */
export function shuffle<T>(
  items: { readonly length: number; [index: number]: T },
  random: () => number,
): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = items[i]!;
    items[i] = items[j]!;
    items[j] = kept;
  }
}

/**
 * Hashes each key with its kind and length, so that ('ab', 'c') and ('a', 'bc') differ; three hashes
 * from three seeds, side by side.
 */
function hashKeys(keys: readonly RandomKey[]): [number, number, number] {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  for (const key of keys) {
    const isNumber = typeof key === 'number';
    const words = isNumber ? wordsOf(key) : halves;
    const length = isNumber ? words.length : key.length;
    // A closure for one step would keep the three hashes in memory instead of registers.
    for (let i = -1; i < length; i++) {
      let value: number;
      if (i < 0) value = isNumber ? 1 : 2 ^ (length << 2);
      else value = isNumber ? words[i]! : key.charCodeAt(i);
      a = mix(a ^ value);
      b = mix(b ^ value);
      c = mix(c ^ value);
    }
  }
  return [a, b, c];
}

/** Hash of keys in 24 hexadecimal digits. Fast, and not for secrets. */
export function keyHash(...keys: readonly RandomKey[]): string {
  return hashKeys(keys)
    .map((part) => (part >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** MurmurHash3's finalizer with a step of the golden ratio before it, so that 0 is not fixed. */
export function mix(value: number): number {
  let h = (value + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** The bits of a number, valid until the next call. */
function wordsOf(value: number): Uint32Array {
  double[0] = value;
  return halves;
}
