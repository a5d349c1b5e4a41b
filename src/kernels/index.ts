// SIMD kernels over one linear memory that the caller lays out. Offsets are in bytes, counts in
// elements; arrays are float32 unless said otherwise, and may end in a partial vector.
export { adamw } from './adam';
export { add, scale, squaredNorm } from './arithmetic';
export { fillDropoutMask } from './dropout';
