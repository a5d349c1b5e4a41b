import type { Tensor } from '../ports.js';

const SAMPLES = 64;

/** Hash of a tensor: equal tensors have equal hashes; different large tensors may collide. */
export function contentKey({ type, dims, data }: Tensor): string {
  const step = Math.max(1, Math.floor(data.length / SAMPLES));
  const sample = Array.from({ length: Math.min(SAMPLES, data.length) }, (_, i) => data[i * step]);
  return `${type}:${dims.join('x')}:${sample.join()}`;
}

/** Whether tensors of the same type and dims have the same bytes. */
export function sameContent(a: Tensor, b: Tensor): boolean {
  if (a.data === b.data) return true;
  // Compare bytes, so that NaN equals itself and 0 differs from -0.
  const [x, y] = [asWords(a.data), asWords(b.data)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

function asWords({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array | Uint32Array {
  const whole = byteOffset % 4 === 0 && byteLength % 4 === 0;
  if (!whole) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
