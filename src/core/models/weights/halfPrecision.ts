/** IEEE 754 half precision, as bits in a Uint16Array. */

export function halvesToFloats(halves: Uint16Array): Float32Array {
  table ??= allHalves();
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]!]!;
  return floats;
}

/** Values of all halves; a lookup is much faster than computing them. */
let table: Float32Array | null = null;

function allHalves(): Float32Array {
  const values = new Float32Array(1 << 16);
  for (let half = 0; half < values.length; half++) values[half] = halfToFloat(half);
  return values;
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to nearest, ties to even. */
export function floatsToHalves(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(1);
  const single = new Float32Array(bits.buffer);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    single[0] = floats[i]!;
    halves[i] = floatBitsToHalf(bits[0]!);
  }
  return halves;
}

function floatBitsToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 255;
  const fraction = bits & 0x7fffff;
  if (exponent === 255) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  const scaled = exponent - 127 + 15;
  if (scaled >= 31) return sign | 0x7c00;
  if (scaled <= 0) {
    if (scaled < -10) return sign;
    // Subnormal: the implicit one becomes part of the shifted fraction.
    return sign | roundShift(fraction | 0x800000, 14 - scaled);
  }
  // A fraction that rounds up to 1024 correctly carries into the exponent.
  return sign | ((scaled << 10) + roundShift(fraction, 13));
}

function roundShift(value: number, shift: number): number {
  const floor = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const halfway = 1 << (shift - 1);
  return rest > halfway || (rest === halfway && (floor & 1) === 1) ? floor + 1 : floor;
}
